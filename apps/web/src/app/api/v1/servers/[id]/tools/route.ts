import { AppError, changePicks, editTools, listTools, overrideTools, pickTools } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(async ({ ctx, params }) => ({
  items: await listTools({ ctx, input: { serverId: params.id } }),
  nextCursor: null,
}));

type Edit = Parameters<typeof editTools>[0]["input"];
type Pick = Parameters<typeof pickTools>[0]["input"];
type Picks = Parameters<typeof changePicks>[0]["input"];
type Edits = Parameters<typeof overrideTools>[0]["input"]["edits"];

/**
 * Changes several tools of the draft, all or none: `operations` with the `changes` that they get alike, `operations` with whether they are
 * `picked`, those to `pick` with those to `drop`, or `edits`, each of them whole. What the first answers as `previous` are the `edits` that take it back, with its `lock` only while nobody changed the draft meanwhile.
 */
export const PATCH = rest<{ id: string }>(({ ctx, params, body }) => {
  const { operations, changes, picked, pick, drop, edits, lock, ...others } = body;
  const asked = [changes, picked, pick ?? drop, edits].filter((member) => member !== undefined);
  const isUnknown = Object.keys(others).length > 0 || (lock !== undefined && edits === undefined);
  if (asked.length !== 1 || isUnknown)
    throw new AppError(
      "invalid_input",
      'Send {"operations": [...], "changes": {...}}, {"operations": [...], "picked": true or false}, {"pick": [...], "drop": [...]}, or {"edits": [...], "lock": as it was answered}.',
    );
  const serverId = params.id;
  if (edits !== undefined)
    return overrideTools({
      ctx,
      input: { serverId, edits: edits as Edits, ...(lock === undefined ? {} : { lock: lock as number }) },
    });
  if (pick !== undefined || drop !== undefined) return changePicks({ ctx, input: { serverId, pick, drop } as Picks });
  return picked === undefined
    ? editTools({ ctx, input: { serverId, operations, changes } as Edit })
    : pickTools({ ctx, input: { serverId, operations, isPicked: picked } as Pick });
});

import { AppError, editTools, listTools, overrideTools, pickTools } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(async ({ ctx, params }) => ({
  items: await listTools({ ctx, input: { serverId: params.id } }),
  nextCursor: null,
}));

type Edit = Parameters<typeof editTools>[0]["input"];
type Pick = Parameters<typeof pickTools>[0]["input"];
type Edits = Parameters<typeof overrideTools>[0]["input"]["edits"];

/**
 * Changes several tools of the draft, all or none: `operations` with the `changes` that they get alike, `operations` with whether they are
 * `picked`, or `edits`, each of them whole. What the first answers as `previous` are the `edits` that take it back.
 */
export const PATCH = rest<{ id: string }>(({ ctx, params, body }) => {
  const { operations, changes, picked, edits, ...others } = body;
  const asked = [changes, picked, edits].filter((member) => member !== undefined);
  if (asked.length !== 1 || Object.keys(others).length > 0)
    throw new AppError(
      "invalid_input",
      'Send {"operations": [...], "changes": {...}}, {"operations": [...], "picked": true or false}, or {"edits": [...]}.',
    );
  const serverId = params.id;
  if (edits !== undefined) return overrideTools({ ctx, input: { serverId, edits: edits as Edits } });
  return picked === undefined
    ? editTools({ ctx, input: { serverId, operations, changes } as Edit })
    : pickTools({ ctx, input: { serverId, operations, isPicked: picked } as Pick });
});

import { isDeepStrictEqual } from "node:util";
import type { ParameterEdit } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "./find-server.ts";
import { parsePatch, type ToolEdit, writeEdits } from "./override.ts";

/** How often a change is made anew because somebody else changed another part of the draft at the same moment. */
const TRIES_MAX = 8;

/**
 * Part of an edit of one tool: null takes a field back to what the document says, and what is not named stays. Of `parameters` each key is a
 * field of its own, whose edit is replaced whole.
 */
export type ToolChanges = { readonly [Field in Exclude<keyof ToolEdit, "parameters">]?: ToolEdit[Field] | null } & {
  readonly parameters?: Readonly<Record<string, ParameterEdit | null>> | null;
};

export interface EditToolInput {
  serverId: string;
  operation: string;
  changes: ToolChanges;
  /**
   * What the fields had been, as far as they were edited, when somebody began to change them. A field that is neither that nor what is wanted
   * by now is a conflict. Without it, the last one wins.
   */
  from?: ToolChanges | undefined;
  /** Only while nobody has changed anything of the draft since it was read. */
  lock?: number | undefined;
}

export interface EditedTool {
  before: ToolEdit;
  /** As it is kept. */
  after: ToolEdit;
  /** Of the draft as it is now. */
  lock: number;
}

/** A field that somebody else changed meanwhile: "description", or "parameters." and a key. */
export interface EditConflict {
  field: string;
  /** What it is now; null where it is as the document has it. */
  theirs: unknown;
}

const fields = z.record(z.string(), z.unknown());
const schema = z
  .object({
    serverId: z.string(),
    operation: z.string(),
    changes: fields,
    from: fields.optional(),
    lock: z.number().int().optional(),
  })
  .strict();

/**
 * Changes some fields of a person's edit of one tool and leaves the others, whoever changed those meanwhile. With `from`, a field that somebody
 * else changed too is a conflict that names it (`EditConflict`), and nothing is written. Served from the next publish on.
 */
export async function editTool({ ctx, input }: Call<EditToolInput>): Promise<EditedTool> {
  authorize(ctx, "server.write");
  const { serverId, operation, lock, ...parsed } = parseInput(schema, input);
  const changes = fieldsOf(parsed.changes, "changes");
  const from = parsed.from && fieldsOf(parsed.from, "from");
  const edit = async () => {
    const server = await findServer(ctx, serverId);
    if (lock !== undefined && lock !== server.lock)
      throw new AppError(
        "conflict",
        "Somebody else changed this server's draft meanwhile, and nothing was saved. Read the tool again, then make your change again.",
        { lock: server.lock },
      );
    const row = await ctx.db.toolOverride.findUnique({
      where: { serverId_operation: { serverId: server.id, operation } },
    });
    const before = (row?.patch ?? {}) as ToolEdit;
    if (from) refuseConflicts(before, changes, from);
    const patch = parsePatch(changed(before, changes, from));
    const [after = patch] = await writeEdits(ctx, server, [{ operation, patch }], { lock: server.lock });
    return { before, after, lock: server.lock + 1 };
  };
  return lock === undefined ? untilUnchanged(edit) : edit();
}

/** Reads and writes anew when somebody else wrote in between. */
export async function untilUnchanged<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isMoved = error instanceof AppError && error.code === "conflict" && !conflictsOf(error);
      if (!isMoved || tries >= TRIES_MAX) throw error;
    }
  }
}

function conflictsOf({ details }: AppError): unknown {
  return (details as { conflicts?: unknown } | undefined)?.conflicts;
}

/** The single fields by their paths. */
type Fields = Map<string, unknown>;

const PARAMETERS = "parameters.";

function fieldsOf(changes: Record<string, unknown>, word: string): Fields {
  const found: Fields = new Map();
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (field !== "parameters" || value === null) {
      found.set(field, value);
      continue;
    }
    const edits = z.record(z.string(), z.unknown()).safeParse(value);
    if (!edits.success)
      throw new AppError("invalid_input", `${word}.parameters: send an object, with an edit by each argument's key`, {
        issues: [{ field: "parameters", message: "send an object, with an edit by each argument's key" }],
      });
    for (const [key, edit] of Object.entries(edits.data)) if (edit !== undefined) found.set(PARAMETERS + key, edit);
  }
  return found;
}

function fieldIn(edit: ToolEdit, path: string): unknown {
  const value = path.startsWith(PARAMETERS)
    ? ownOf(edit.parameters ?? {}, path.slice(PARAMETERS.length))
    : ownOf(edit, path);
  return value ?? null;
}

function ownOf(record: object, key: string): unknown {
  return Object.hasOwn(record, key) ? (record as Record<string, unknown>)[key] : undefined;
}

function refuseConflicts(before: ToolEdit, changes: Fields, from: Fields): void {
  const conflicts = [...changes].flatMap(([field, wanted]): EditConflict[] => {
    // Who is asked for what is put together from what both want.
    if (field === "askFor") return [];
    const now = fieldIn(before, field);
    const was = from.get(field) ?? null;
    return isDeepStrictEqual(now, was) || isDeepStrictEqual(now, wanted) ? [] : [{ field, theirs: now }];
  });
  if (conflicts.length === 0) return;
  const names = conflicts.map(({ field }) => field).join(", ");
  throw new AppError("conflict", `Somebody else changed this tool meanwhile, and nothing was saved: ${names}.`, {
    conflicts,
  });
}

/** The edit with these fields in the place of what was there. */
function changed(before: ToolEdit, changes: Fields, from: Fields | undefined): Record<string, unknown> {
  const after: Record<string, unknown> = { ...before };
  const parameters: Record<string, unknown> = { ...before.parameters };
  for (const [path, value] of changes) {
    if (path.startsWith(PARAMETERS)) {
      const key = path.slice(PARAMETERS.length);
      if (value === null) delete parameters[key];
      else parameters[key] = value;
      after.parameters = parameters;
    } else if (path === "askFor" && from && isList(value))
      after.askFor = merged(before.askFor ?? [], from.get("askFor"), value ?? []);
    else after[path] = value;
  }
  return Object.fromEntries(Object.entries(after).filter(([, value]) => (value ?? null) !== null));
}

function isList(value: unknown): value is unknown[] | null {
  return value === null || Array.isArray(value);
}

/** What is there now, with what somebody added and without what they took away. */
function merged(now: readonly unknown[], from: unknown, wanted: readonly unknown[]): unknown[] {
  const was = Array.isArray(from) ? from : [];
  const added = wanted.filter((one) => !was.includes(one) && !now.includes(one));
  return [...now.filter((one) => wanted.includes(one) || !was.includes(one)), ...added];
}

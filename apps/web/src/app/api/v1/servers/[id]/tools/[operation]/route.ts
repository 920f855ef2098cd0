import { type EditToolInput, editTool, getTool, overrideTool } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; operation: string };

/** One tool of the draft beside what the document gives; the operation ("GET /path") is percent-encoded in the address. */
export const GET = rest<Params>(({ ctx, params }) =>
  getTool({ ctx, input: { serverId: params.id, operation: params.operation } }),
);

/**
 * Changes fields of a tool's edit: null takes one back to what the document says, what is not sent stays; of `parameters` each key is a field.
 * With `from`, what the fields had been when they were read (409 with `details.conflicts` when somebody else changed one of them), or with the
 * `lock` that was read (409 when anything of the draft was changed). Answers with the edit `before` and `after`.
 */
export const PATCH = rest<Params>(({ ctx, params, body }) => {
  const { from, lock, ...changes } = body;
  const input = { serverId: params.id, operation: params.operation, changes, from, lock } as EditToolInput;
  return editTool({ ctx, input });
});

/** Replaces the whole edit of a tool; an empty one is as the document has it. */
export const PUT = rest<Params>(({ ctx, params, body }) =>
  overrideTool({ ctx, input: { serverId: params.id, operation: params.operation, patch: body } }),
);

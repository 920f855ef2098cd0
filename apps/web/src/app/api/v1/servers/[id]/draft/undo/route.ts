import { getLastStep, type UndoDraftInput, undoDraft } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** The last step of the draft that was kept, and whether it can be taken back; `null` when there is none. */
export const GET = rest<{ id: string }>(({ ctx, params }) => getLastStep({ ctx, input: { id: params.id } }));

/** Takes it back: `{lock?}`, the lock that the step answered with. */
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  undoDraft({ ctx, input: { ...body, id: params.id } as UndoDraftInput }),
);

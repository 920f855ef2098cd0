import { AppError, keepSample, readSample, removeSample } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; operation: string };

/** The answer that was kept for a tool. */
export const GET = rest<Params>(async ({ ctx, params }) => {
  const sample = await readSample({ ctx, input: { serverId: params.id, operation: params.operation } });
  if (!sample) throw new AppError("not_found", "No sample was kept for this tool.");
  return sample;
});

/** Keeps an answer for a tool, in the place of the one before. */
export const PUT = rest<Params>(({ ctx, params, body }) =>
  keepSample({
    ctx,
    input: { ...body, serverId: params.id, operation: params.operation } as Parameters<typeof keepSample>[0]["input"],
  }),
);

export const DELETE = rest<Params>(({ ctx, params }) =>
  removeSample({ ctx, input: { serverId: params.id, operation: params.operation } }),
);

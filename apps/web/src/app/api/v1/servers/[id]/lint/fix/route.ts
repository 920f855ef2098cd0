import { type fixFindings as Fix, fixFindings } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Input = Parameters<typeof Fix>[0]["input"];

/** Applies the fixes of the findings with these ids; answers what the tools' edits were before. */
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  fixFindings({ ctx, input: { ...body, serverId: params.id } as Input }),
);

import { withShape } from "@portico/openapi";
import { firstPage, shapeResponse, type ToolResult } from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { parseInput } from "../input.ts";
import { shapeSchema } from "../server/answer-shape.ts";
import { findServer } from "../server/find-server.ts";
import { type AnswerView, type ShownAnswer, showAnswer, viewAnswer } from "./answer.ts";
import { asResponse, exampleFor } from "./example.ts";
import { draftTool } from "./tool-to-try.ts";

const schema = z
  .object({
    serverId: z.string(),
    operation: z.string().min(1).max(2_000),
    from: z.enum(["sample", "example"]).default("sample"),
    /** Null shapes nothing; without it the draft's own. */
    shape: shapeSchema.nullish(),
  })
  .strict();

export interface ShapePreview {
  answer: ShownAnswer;
  /** What a model gets of it. */
  result: ToolResult;
  view: AnswerView;
}

/** What a shape makes of the sample of a tool, or of what the document says of its answers. Nothing is sent and nothing is saved. */
export async function previewShape({ ctx, input }: Call<z.input<typeof schema>>): Promise<ShapePreview> {
  authorize(ctx, "server.write");
  const { serverId, operation, from, shape } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const drafted = await draftTool(ctx, server, operation);
  const tool = shape === undefined ? drafted : withShape(drafted, shape ?? undefined);
  const recorded = await exampleFor(ctx, server, tool, from);
  const response = asResponse(recorded, "");
  const { result } = shapeResponse(tool, response, {}, { page: firstPage(tool) });
  const answer = showAnswer(response, [], recorded.from);
  return { answer, result, view: viewAnswer(answer, result, tool.shape?.expression) };
}

import { createHash } from "node:crypto";
import type { Tool } from "@portico/openapi";
import {
  callTool,
  createValidator,
  type Egress,
  requestToken,
  type ShownRequest,
  showRequest,
  type ToolResult,
  type UpstreamRequest,
  type UpstreamResponse,
} from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { profileCredentials, withProfileArguments } from "../serve/apply-profile.ts";
import { openCredentials } from "../serve/open-credentials.ts";
import { type OpenProfile, openProfile } from "../serve/open-profile.ts";
import { createUpstreamTokens } from "../serve/upstream-tokens.ts";
import { shapeSchema } from "../server/answer-shape.ts";
import { findServer } from "../server/find-server.ts";
import { type AnswerView, type ShownAnswer, showAnswer, viewAnswer } from "./answer.ts";
import { asResponse, exampleFor, type RecordedAnswer } from "./example.ts";
import { toolToTry, withShape } from "./tool-to-try.ts";

const schema = z
  .object({
    serverId: z.string(),
    operation: z.string().min(1).max(2_000),
    arguments: z.record(z.string(), z.unknown()).default({}),
    /** Which state of the server. */
    on: z.enum(["draft", "published"]).default("draft"),
    /** Runs with this profile; without one with what a caller has who chose none. */
    profileId: z.string().max(100).nullish(),
    /** Where the answer comes from: the API, the sample that was kept, or what the document says that answers look like. */
    from: z.enum(["api", "sample", "example"]).default("api"),
    /** Instead of the draft's own; null shapes nothing. */
    shape: shapeSchema.nullish(),
  })
  .strict();

export type TryToolInput = z.input<typeof schema>;

/** What a call of a tool did. Nothing in it is secret. */
export interface TriedCall {
  outcome: Awaited<ReturnType<typeof callTool>>["outcome"];
  /** What was sent, or would have been; absent when the arguments could not be used. */
  request?: ShownRequest;
  /** What came back, before shaping. */
  answer?: ShownAnswer;
  /** What the model gets. */
  result: ToolResult;
  /** How the answer can be shaped, and what it costs a model. */
  view?: AnswerView;
  upstreamMs: number;
  retries: number;
  /** Security schemes that the operation wants and nobody has stored a credential for. */
  missingCredentials: string[];
  diagnostic?: string;
}

/**
 * Runs one tool as a caller would, and shows every step of it. With `from: "api"` the API is really called, with the credentials of the
 * server and of the profile; the other sources send nothing. Who may change the server may do it.
 */
export async function tryTool({ ctx, input, egress }: Call<TryToolInput> & { egress: Egress }): Promise<TriedCall> {
  authorize(ctx, "server.write");
  const parsed = parseInput(schema, input);
  const server = await findServer(ctx, parsed.serverId);
  const { tool: found, baseUrl: ownBaseUrl, documentUrl } = await toolToTry(ctx, server, parsed);
  const tool = parsed.shape === undefined ? found : withShape(found, parsed.shape);
  const userId = ctx.actor.type === "user" ? ctx.actor.id : null;
  const profile = await openProfile(ctx, { serverId: server.id, profileId: parsed.profileId ?? null, userId });
  if (parsed.profileId && profile?.id !== parsed.profileId) throw notFound("profile");
  const fitted = profile ? withProfileArguments(profile, tool, parsed.arguments) : { args: parsed.arguments };
  if ("problem" in fitted) return refused(fitted.problem);

  const recorded = parsed.from === "api" ? undefined : await exampleFor(ctx, server, tool, parsed.from);
  const opened =
    parsed.from === "api" ? await resolveCredentials(ctx, server.id, tool, profile, egress) : { credentials: {} };
  if ("problem" in opened) return refused(opened.problem);
  const baseUrl = profile?.baseUrl ?? ownBaseUrl;
  let request: UpstreamRequest | undefined;
  let response: UpstreamResponse | undefined;
  const call = await callTool({
    tool,
    toolId: createHash("sha256").update(JSON.stringify(tool.inputSchema)).digest("base64url"),
    args: fitted.args,
    target: {
      credentials: opened.credentials,
      ...(baseUrl ? { baseUrl } : {}),
      ...(documentUrl ? { documentUrl } : {}),
      ...(profile ? { variables: profile.variables } : {}),
    },
    egress: recorded ? answering(recorded) : egress,
    validate: createValidator({ cacheMax: 1 }),
    observer: {
      onRequest: (sent) => {
        request = sent;
      },
      onResponse: (came) => {
        response = came;
      },
    },
  });
  if (parsed.from === "api" && request) {
    const details = { operation: tool.operation, status: call.status ?? null, outcome: call.outcome };
    await ctx.db.$transaction((tx) => audit(tx, ctx, "tool.try", server.id, details));
  }
  const answer = response && showAnswer(response, request?.secrets ?? [], recorded?.from);
  return {
    outcome: call.outcome,
    ...(request ? { request: showRequest(request) } : {}),
    ...(answer ? { answer } : {}),
    result: call.result,
    ...(answer ? { view: viewAnswer(answer, call.result) } : {}),
    upstreamMs: call.upstreamMs,
    retries: call.retries,
    missingCredentials: recorded ? [] : (request?.missingCredentials ?? []),
    ...(call.diagnostic === undefined ? {} : { diagnostic: call.diagnostic }),
  };
}

/** Credentials as they are sent, for one call; tokens that are still good are taken from where the gateways leave them. */
async function resolveCredentials(
  ctx: Ctx,
  serverId: string,
  { plan }: Tool,
  profile: OpenProfile | null,
  egress: Egress,
) {
  const ofServer = await openCredentials(ctx, serverId);
  const opened = profile ? profileCredentials(profile, ofServer) : ofServer;
  const tokens = createUpstreamTokens(
    ctx,
    (client, grant) => requestToken(egress, client, grant),
    () => {},
  );
  const resolved = await tokens.resolve(opened, new Set(plan.security.flat().map(({ scheme }) => scheme.name)));
  if (resolved.ok) return resolved;
  return {
    problem: `The API gave no token for the credential "${resolved.scheme}": ${resolved.problem} Look at it under Credentials.`,
  };
}

/** An API that gives one answer whatever it is asked. */
function answering(recorded: RecordedAnswer): Egress {
  const request: Egress["request"] = async ({ url }) => asResponse(recorded, url);
  return { request } as Egress;
}

/** Nothing was sent. */
function refused(text: string): TriedCall {
  return {
    outcome: "blocked",
    result: { content: [{ type: "text", text }], isError: true },
    upstreamMs: 0,
    retries: 0,
    missingCredentials: [],
  };
}

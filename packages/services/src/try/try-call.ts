import { createHash } from "node:crypto";
import type { Tool } from "@portico/openapi";
import {
  type CallOutcome,
  callTool,
  createValidator,
  type Egress,
  fixedArguments,
  requestToken,
  type ShownRequest,
  showRequest,
  type ToolResult,
  type UpstreamRequest,
  type UpstreamResponse,
} from "@portico/upstream";
import { audit } from "../audit/audit.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../error.ts";
import { profileCredentials, withProfileArguments } from "../serve/apply-profile.ts";
import { openCredentials } from "../serve/open-credentials.ts";
import { type OpenProfile, openProfile } from "../serve/open-profile.ts";
import { readPersonFacts } from "../serve/read-person-facts.ts";
import { createUpstreamTokens } from "../serve/upstream-tokens.ts";
import type { ServerRow } from "../server/find-server.ts";
import { placeOf } from "../server/places.ts";
import { type AnswerView, type ShownAnswer, showAnswer, viewAnswer } from "./answer.ts";
import { asResponse, exampleFor, type RecordedAnswer } from "./example.ts";
import type { ToolToTry } from "./tool-to-try.ts";

/** What a call of a tool did. Nothing in it is secret. */
export interface TriedCall {
  outcome: CallOutcome["outcome"];
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

/** Where answers come from: the API, the sample that was kept, or what the document says that answers look like. */
export type AnswerSource = "api" | "sample" | "example";

export interface TryAs {
  profileId?: string | null | undefined;
  from: AnswerSource;
  egress: Egress;
}

/** What a tool is tried with: as whom, and where answers come from. */
export type TryCall = (
  to: ToolToTry,
  args: Record<string, unknown>,
  more?: Pick<Parameters<typeof callTool>[0], "limits" | "dialect"> & { signal?: AbortSignal | undefined },
) => Promise<{ tried: TriedCall; value: unknown }>;

/** The profile that whoever acts tries with. `not_found` when it is not theirs to use. */
export async function openTryProfile(
  ctx: Ctx,
  { id: serverId }: Pick<ServerRow, "id">,
  profileId: string | null | undefined,
): Promise<OpenProfile | null> {
  const userId = ctx.actor.type === "user" ? ctx.actor.id : null;
  const profile = await openProfile(ctx, { serverId, profileId: profileId ?? null, userId });
  if (profileId && profile?.id !== profileId) throw notFound("profile");
  return profile;
}

/** Makes calls as whoever acts would, with a profile. `not_found` when the profile is not theirs to use. */
export async function createTryCall(ctx: Ctx, server: ServerRow, { profileId, from, egress }: TryAs): Promise<TryCall> {
  const userId = ctx.actor.type === "user" ? ctx.actor.id : null;
  const profile = await openTryProfile(ctx, server, profileId);
  const person =
    profile?.person ??
    (userId === null ? {} : await readPersonFacts(ctx, { userId, organizationId: ctx.organizationId }));
  const validate = createValidator();
  return async ({ tool, places }, args, { signal, ...more } = {}) => {
    const fixed = fixedArguments(tool.plan, person);
    const fitted = "problem" in fixed ? fixed : profile ? withProfileArguments(profile, tool, args) : { args };
    if ("problem" in fitted) return { tried: refused(fitted.problem), value: null };
    const recorded = from === "api" ? undefined : await exampleFor(ctx, server, tool, from);
    const opened =
      from === "api" ? await resolveCredentials(ctx, server.id, tool, profile, egress) : { credentials: {} };
    if ("problem" in opened) return { tried: refused(opened.problem), value: null };
    let request: UpstreamRequest | undefined;
    let response: UpstreamResponse | undefined;
    const call = await callTool({
      tool,
      // The draft changes under its name.
      toolId: createHash("sha256").update(JSON.stringify(tool.inputSchema)).digest("base64url"),
      args: fitted.args,
      target: {
        credentials: opened.credentials,
        ...placeOf(places, tool, profile),
        ...(profile ? { variables: profile.variables } : {}),
        person,
      },
      egress: recorded ? answering(recorded) : egress,
      validate,
      ...more,
      ...(signal ? { signal } : {}),
      observer: {
        onRequest: (sent) => {
          request = sent;
        },
        onResponse: (came) => {
          response = came;
        },
      },
    });
    if (from === "api" && request) {
      const details = { operation: tool.operation, status: call.status ?? null, outcome: call.outcome };
      await ctx.db.$transaction((tx) => audit(tx, ctx, "tool.try", server.id, details));
    }
    const answer = response && showAnswer(response, request?.secrets ?? [], recorded?.from);
    const tried: TriedCall = {
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
    return { tried, value: call.value };
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
export function refused(text: string): TriedCall {
  return {
    outcome: "blocked",
    result: { content: [{ type: "text", text }], isError: true },
    upstreamMs: 0,
    retries: 0,
    missingCredentials: [],
  };
}

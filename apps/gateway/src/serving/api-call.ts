import { type CallTool, hasToolOutput, type Principal } from "@portico/mcp";
import type { Dialect, Tool } from "@portico/openapi";
import {
  type CallStep,
  missingFor,
  placeOf,
  profileCredentials,
  type UpstreamTokens,
  withProfileArguments,
} from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import {
  type CallOutcome,
  callTool,
  type createValidator,
  type Egress,
  fixedArguments,
  type KeptFile,
  STEP_BUDGET,
} from "@portico/upstream";
import type { PersonalCall } from "./ask-person.ts";
import type { Files } from "./files.ts";
import { withMissingScopes, withoutOwnToken } from "./own-account.ts";
import type { Quotas } from "./quotas.ts";
import type { Servers, Serving } from "./servers.ts";
import type { Usage } from "./usage.ts";

/** What a call needs beside the server that it is a call of. */
export interface CallOptions {
  publicUrl: string;
  telemetry: Telemetry;
  servers: Servers;
  usage: Usage;
  egress: Egress;
  validate: ReturnType<typeof createValidator>;
  files: Files;
  upstreamTokens: UpstreamTokens;
  quotas: Quotas;
}

/** How one call is made. */
export interface CallAbout extends Pick<Parameters<CallTool>[0], "client" | "signal"> {
  dialect: Dialect;
  /** Of a step nothing is kept: its answer is not what the model gets. */
  isStep?: boolean;
}

export type CallApi = (settled: PersonalCall, about: CallAbout) => Promise<EndedCall>;

/** Makes calls of the API for one caller, with the credentials that the server, their profile and they themselves have. */
export function createCallApi(
  { publicUrl, servers, egress, validate, files, upstreamTokens }: CallOptions,
  serving: Serving,
  principal: Principal,
): CallApi {
  const { server, places, profile, person } = serving;
  const owner = { serverId: server.id, principal };

  async function callApi(settled: PersonalCall, about: CallAbout, isAgain = false): Promise<EndedCall> {
    const { tool } = settled;
    const { client, signal, dialect, isStep = false } = about;
    const place = placeOf(places, tool, profile);
    const { baseUrl } = place;
    const ofServer = await servers.credentialsOf(server);
    const opened = profile ? profileCredentials(profile, ofServer) : ofServer;
    const missing = profile && missingFor(profile, tool, { opened, ofServer }, { publicUrl, principal, baseUrl });
    if (missing) return notCalled(missing, "A field of the profile is not filled in.");
    const resolving = upstreamTokens.resolve(opened, schemesOf(tool));
    const resolved = resolving instanceof Promise ? await resolving : resolving;
    if (!resolved.ok)
      return resolved.owner.kind === "grant"
        ? notCalled(
            withoutOwnToken(resolved, { publicUrl, principal, ofServer }),
            "The person's own account at the API gave no token.",
          )
        : withoutToken(resolved);
    const outcome = await callTool({
      ...settled,
      target: {
        credentials: resolved.credentials,
        ...place,
        ...(profile ? { variables: profile.variables } : {}),
        person,
      },
      egress,
      validate,
      dialect,
      ...(isStep
        ? { limits: { output: STEP_BUDGET } }
        : {
            keep: (file: KeptFile) => files.keep(file, owner),
            hasResourceLinks: hasToolOutput(client),
            reader: serving.standIns?.tools.find(({ kind }) => kind === "read_answer")?.name,
          }),
      signal,
    });
    const { tokens } = resolved;
    const account = { publicUrl, principal, ofServer };
    const wanting = tokens.length > 0 && (await withMissingScopes(tool, outcome, tokens, upstreamTokens, account));
    if (wanting) return wanting;
    // RFC 6750 §3.1: nothing was done; with another token it may be.
    return outcome.status === 401 && upstreamTokens.refuse(tokens) && !isAgain
      ? callApi(settled, about, true)
      : outcome;
  }

  return (settled, about) => callApi(settled, about);
}

/** The arguments of a call as the profile has them. What a version fixes comes later, but a caller who lacks a fact for it is told at once. */
export function withGiven(
  { profile, person }: Serving,
  tool: Tool,
  args: unknown,
): { args: unknown } | { problem: string } {
  const fixed = fixedArguments(tool.plan, person);
  if ("problem" in fixed) return fixed;
  return profile ? withProfileArguments(profile, tool, args) : { args };
}

/** How a call ended: as the API or the way there decided, or a person who was asked first. */
export type EndedCall = Omit<CallOutcome, "outcome"> & {
  outcome: CallOutcome["outcome"] | "declined";
  /** What each step of a tool of several calls came to. */
  steps?: CallStep[];
};

/** What a call amounts to of which nothing was sent. */
export const NO_API = { requestBytes: 0, responseBytes: 0, upstreamMs: 0, retries: 0 };

/** A call for which the API gave no token: nothing left. */
function withoutToken({ scheme, problem }: { scheme: string; problem: string }): EndedCall {
  const text = `The tool could not be called: ${problem} The credential "${scheme}" needs attention; an admin can replace it under Credentials.`;
  return {
    result: { content: [{ type: "text", text }], isError: true },
    ...NO_API,
    outcome: "upstream_error",
    diagnostic: problem,
  };
}

/** A call that the caller's profile does not let happen yet: nothing left. */
export function notCalled(text: string, diagnostic: string): EndedCall {
  return {
    result: { content: [{ type: "text", text }], isError: true },
    ...NO_API,
    outcome: "blocked",
    diagnostic,
  };
}

const schemes = new WeakMap<Tool, ReadonlySet<string>>();

/** The security schemes that a tool's ways in are made of. */
function schemesOf(tool: Tool): ReadonlySet<string> {
  let names = schemes.get(tool);
  if (!names) {
    names = new Set(tool.plan.security.flat().map(({ scheme }) => scheme.name));
    schemes.set(tool, names);
  }
  return names;
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { State } from "@portico/state";
import { networkOf } from "./network-of.ts";
import { readBody, sendJson, withBody } from "./node-request.ts";
import { normalizeRegistration } from "./registration-policy.ts";

const BODY_BYTES_MAX = 56 * 1024;
/** Clients in a cloud share a few addresses, so that an hour may hold many; nobody needs them within a minute. */
const LIMITS = [
  { count: 20, ms: 60_000, seconds: 60, words: "in a minute" },
  { count: 60, ms: 3_600_000, seconds: 3_600, words: "in an hour" },
];

/** POST /oauth/register (RFC 7591): what a client says of itself is limited and normalised before the provider sees it. */
export function createRegistrationEndpoint({
  state,
  next,
}: {
  state: State;
  next: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}) {
  return async (request: IncomingMessage, response: ServerResponse, ip: string): Promise<void> => {
    const body = await readBody(request, BODY_BYTES_MAX);
    if (!body)
      return sendJson(response, 413, {
        error: "invalid_client_metadata",
        error_description: "The registration is too large.",
      });
    for (const { count, ms, seconds, words } of LIMITS) {
      if ((await state.increment(`register:${seconds}:${networkOf(ip)}`, ms)) <= count) continue;
      return sendJson(
        response,
        429,
        { error: "temporarily_unavailable", error_description: `Too many registrations; try again ${words}.` },
        { "retry-after": String(seconds) },
      );
    }
    const outcome = normalizeRegistration(parseJson(body));
    if (!outcome.ok) return sendJson(response, 400, { error: outcome.error, error_description: outcome.description });
    await next(withBody(request, Buffer.from(JSON.stringify(outcome.registration)), "application/json"), response);
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

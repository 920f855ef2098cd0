import { readPerson } from "@portico/auth";
import {
  AppError,
  type AppErrorCode,
  actIn,
  asAppError,
  authenticateApiKey,
  type Ctx,
  HTTP_STATUS,
  listMemberships,
} from "@portico/services";
import { runtime } from "./runtime.ts";
import { origin } from "./session.ts";

const BODY_BYTES_MAX = 64 * 1024 * 1024;

export interface RestCall<Params> {
  ctx: Ctx;
  params: Params;
  query: URLSearchParams;
  /** The JSON body; an empty object when there is none. */
  body: Record<string, unknown>;
  request: Request;
}

/**
 * A route of the REST API over service verbs: authentication, body, and errors as `{error:{code,message,details?}}` have this one home.
 * A handler returns plain data (200), nothing (204), or a Response.
 */
export function rest<Params = Record<string, never>>(handler: (call: RestCall<Params>) => Promise<unknown>) {
  return async (request: Request, { params }: { params: Promise<Params> }): Promise<Response> => {
    const requestId = request.headers.get("x-request-id") ?? crypto.randomUUID();
    try {
      refuseNul(request.url);
      const ctx = await authenticate(request);
      const answer = await handler({
        ctx,
        params: await params,
        query: new URL(request.url).searchParams,
        body: await readBody(request),
        request,
      });
      if (answer instanceof Response) return answer;
      return answer === undefined
        ? new Response(null, { status: 204 })
        : Response.json(answer, { headers: { "cache-control": "no-store" } });
    } catch (error) {
      return errorResponse(error, requestId);
    }
  };
}

/** PostgreSQL stores no NUL: an address with one is a mistake of who sent it, not a fault of ours. */
function refuseNul(url: string): void {
  if (/%(?:25)*00/.test(url))
    throw new AppError("invalid_input", "The address holds a character that nothing is named with.");
}

async function errorResponse(failure: unknown, requestId: string): Promise<Response> {
  const error = asAppError(failure);
  if (error instanceof AppError) {
    const { code, message, details } = error;
    return Response.json(
      { error: { code, message, ...(details === undefined ? {} : { details }) } },
      { status: error instanceof BodyTooLarge ? 413 : HTTP_STATUS[code] },
    );
  }
  (await runtime()).telemetry.reportError(error, { requestId });
  return Response.json(
    { error: { code: "internal", message: "Something went wrong on our side.", details: { requestId } } },
    { status: 500 },
  );
}

/** An API key, or the cookie of a page of ours. A cookie never acts for another site's page. */
async function authenticate(request: Request): Promise<Ctx> {
  const { deps, people } = await runtime();
  const from = await origin(request.headers);
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const key = /^Bearer +(ptk_\S+)$/i.exec(authorization)?.[1];
    const identity = key ? await authenticateApiKey(deps, key) : null;
    if (!identity) throw new AppError("unauthorized", "The API key is unknown, expired or revoked.");
    const actor = { type: "apiKey" as const, id: identity.id, scopes: identity.scopes };
    return actIn(deps, { organizationId: identity.organizationId, actor, ...from });
  }
  const person = await readPerson(people, request.headers);
  if (!person) throw new AppError("unauthorized", "Send an API key: Authorization: Bearer ptk_…");
  if (request.method !== "GET" && request.headers.get("origin") !== deps.publicUrl)
    throw new AppError("forbidden", "This request did not come from a page of Portico.");
  const memberships = await listMemberships(deps, person.id);
  const membership =
    memberships.find(({ organizationId }) => organizationId === person.activeOrganizationId) ?? memberships[0];
  if (!membership) throw new AppError("forbidden", "You belong to no organization yet.");
  return actIn(deps, {
    organizationId: membership.organizationId,
    actor: { type: "user", id: person.id, role: membership.role },
    ...from,
  });
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  if (request.method === "GET" || request.method === "DELETE" || !request.body) return {};
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    throw new AppError(
      "invalid_input",
      `The body is not JSON: ${error instanceof Error ? error.message : "it cannot be read"}.`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new AppError("invalid_input", "The body has to be a JSON object.");
  return value as Record<string, unknown>;
}

/** Not to be tried again later, as other limits are. */
class BodyTooLarge extends AppError {}

function tooLarge(): AppError {
  return new BodyTooLarge("limit_exceeded", `The body is larger than ${BODY_BYTES_MAX / 1024 / 1024} MB.`);
}

/**
 * The answer to long work: the result when it ends soon, otherwise 202 with the job to ask for. A failed job answers with its error.
 */
export async function jobResponse(job: {
  id: string;
  state: string;
  result?: unknown;
  error?: { code: string; message: string; details?: unknown };
}): Promise<Response> {
  if (job.state === "done") return Response.json(job.result);
  if (job.error)
    return Response.json({ error: job.error }, { status: HTTP_STATUS[job.error.code as AppErrorCode] ?? 500 });
  return Response.json({ job: { id: job.id } }, { status: 202, headers: { location: `/api/v1/jobs/${job.id}` } });
}

import { randomBytes } from "node:crypto";
import { type IncomingMessage, ServerResponse } from "node:http";
import type { State } from "@portico/state";
import type Provider from "oidc-provider";
import { moveSecret } from "./client-secret.ts";
import { networkOf } from "./network-of.ts";
import { readBody, sendJson, withBody } from "./node-request.ts";
import { hashOidcId } from "./oidc-adapter.ts";
import { DEVICE_CODE_SECONDS, DEVICE_POLL_SECONDS, knownScope } from "./provider.ts";

const BODY_BYTES_MAX = 56 * 1024;
const FORM = "application/x-www-form-urlencoded";
/** Codes that one network may ask for in ten minutes: many terminals are behind one address, and each needs one. */
const CODES_MAX = 100;
const CODES_SECONDS = 600;
/** A client that waits as long as it was told is early by what the way there takes, now and then. */
const POLL_MS_MIN = DEVICE_POLL_SECONDS * 1_000 - 500;
/** How long a session lasts that only carries a typed code: until its provider gives it a life of its own, in the same request. */
const CARRYING_SECONDS = 60;

/** Why a typed code is not taken. */
export type CodeProblem = "unknown" | "expired" | "used";

/** The device flow (RFC 8628): what is ours in front of the provider's own. */
export function createDeviceFlow({
  provider,
  state,
  next,
}: {
  /** The one that answers now. */
  provider: () => Provider;
  state: State;
  next: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}) {
  /** POST /oauth/device: a client asks for a code. */
  async function askForCode(request: IncomingMessage, response: ServerResponse, ip: string): Promise<void> {
    const body = await readBody(request, BODY_BYTES_MAX);
    if (!body)
      return sendJson(response, 413, { error: "invalid_request", error_description: "The request is too large." });
    if (!request.headers["content-type"]?.startsWith(FORM))
      return void (await next(withBody(request, body, request.headers["content-type"] ?? ""), response));
    if ((await state.increment(`device-authorization:${networkOf(ip)}`, CODES_SECONDS * 1_000)) > CODES_MAX)
      return sendJson(
        response,
        429,
        { error: "temporarily_unavailable", error_description: "Too many codes were asked for. Try again later." },
        { "retry-after": String(CODES_SECONDS) },
      );
    const form = new URLSearchParams(body.toString("utf8"));
    // One server has one consent. Other parameters that are there twice are the provider's to refuse.
    if (form.getAll("resource").length > 1)
      return sendJson(response, 400, { error: "invalid_target", error_description: "Name one server." });
    if (form.getAll("scope").length < 2) form.set("scope", knownScope(form.get("scope")));
    await moveSecret(provider(), form, request.headers);
    await next(withBody(request, Buffer.from(form.toString()), FORM), response);
  }

  /** Whether a client has waited before it asks again for what its code has become. */
  function mayPoll(deviceCode: string): Promise<boolean> {
    return state.setIfAbsent(`device-poll:${hashOidcId(deviceCode)}`, "1", POLL_MS_MIN);
  }

  /**
   * A person has typed this code, in any case and with any marks in between: the browser is sent on to decide, once for each code; or
   * nothing is answered, and what is wrong is given back.
   */
  async function enterCode(
    request: IncomingMessage,
    response: ServerResponse,
    typed: string,
  ): Promise<CodeProblem | null> {
    const userCode = typed.toUpperCase().replace(/[^A-Z0-9]/g, "");
    const code = await provider().DeviceCode.findByUserCode(userCode, { ignoreExpiration: true });
    if (!code) return "unknown";
    if (code.isExpired) return "expired";
    if (code.accountId || code.error || code.inFlight) return "used";
    // The provider looks and then writes: of two who type it at once, one goes on.
    if (!(await state.setIfAbsent(`device-code:${hashOidcId(code.jti)}`, "1", DEVICE_CODE_SECONDS * 1_000)))
      return "used";
    await next(await confirmed(request, userCode), response);
    return null;
  }

  /**
   * The provider takes a code from its own form, which it knows by a secret in the browser's session. Our page is another one, and its
   * answers are known by where they come from; so the session is given such a secret here.
   */
  async function confirmed(request: IncomingMessage, userCode: string): Promise<IncomingMessage> {
    const { Session } = provider();
    const name = provider().cookieName("session");
    // Nothing is answered by it: it is where the session's cookie, and what signs it, are written and read.
    const scratch = new ServerResponse(request);
    const { cookies } = provider().createContext(request, scratch);
    const known = cookies.get(name, { signed: true });
    const session = (known && (await Session.find(known))) || new Session();
    const xsrf = randomBytes(24).toString("hex");
    session.state = { secret: xsrf };
    await session.save(session.exp ? session.exp - Math.floor(Date.now() / 1_000) : CARRYING_SECONDS);
    const body = new URLSearchParams({ xsrf, user_code: userCode, confirm: "yes" });
    const forwarded = withBody(request, Buffer.from(body.toString()), FORM);
    cookies.set(name, session.jti, { signed: true });
    const own = [scratch.getHeader("set-cookie") ?? []].flat().map((line) => String(line).split(";")[0]);
    const others = (request.headers.cookie ?? "")
      .split(/;\s*/)
      .filter((one) => one !== "" && !one.startsWith(`${name}=`) && !one.startsWith(`${name}.sig=`));
    forwarded.headers.cookie = [...others, ...own].join("; ");
    return forwarded;
  }

  return { askForCode, mayPoll, enterCode };
}

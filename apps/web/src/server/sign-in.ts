import { cookies, headers } from "next/headers";
import { runtime } from "./runtime.ts";

export type SignInOutcome = "ok" | "second-factor" | "wrong" | "too-many";

/**
 * Signs this browser in, or to the point where a second factor is asked for. The request goes through better-auth's own handler, so
 * that its limit on attempts holds; the cookies of the answer are handed on to the browser.
 */
export async function signIn(email: string, password: string): Promise<SignInOutcome> {
  const response = await callAuth("/sign-in/email", { email, password });
  if (!response.ok) return response.status === 429 ? "too-many" : "wrong";
  const { twoFactorRedirect } = (await response.json()) as { twoFactorRedirect?: boolean };
  return twoFactorRedirect ? "second-factor" : "ok";
}

export async function signOut(): Promise<void> {
  await callAuth("/sign-out", {});
}

/** One of better-auth's own routes, asked as this browser; the cookies of its answer go to the browser. */
export async function callAuth(path: string, body?: Record<string, unknown>): Promise<Response> {
  const { people, deps } = await runtime();
  const incoming = await headers();
  const outgoing = new Headers({ "content-type": "application/json", origin: deps.publicUrl });
  for (const name of ["cookie", "user-agent", "x-forwarded-for"]) {
    const value = incoming.get(name);
    if (value) outgoing.set(name, value);
  }
  const response = await people.handler(
    new Request(`${deps.publicUrl}/api/auth${path}`, {
      method: body ? "POST" : "GET",
      headers: outgoing,
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  );
  const jar = await cookies();
  for (const line of response.headers.getSetCookie()) jar.set(...parseCookie(line));
  return response;
}

/** One Set-Cookie line as next/headers takes it. RFC 6265 §4.1. */
function parseCookie(line: string): Parameters<Awaited<ReturnType<typeof cookies>>["set"]> {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const at = pair.indexOf("=");
  const given = new Map(
    attributes.map((attribute) => {
      const [name = "", value = ""] = attribute.split("=");
      return [name.toLowerCase(), value] as const;
    }),
  );
  const maxAge = given.get("max-age");
  return [
    pair.slice(0, at),
    decodeURIComponent(pair.slice(at + 1)),
    {
      path: given.get("path") || "/",
      httpOnly: given.has("httponly"),
      secure: given.has("secure"),
      sameSite: "lax",
      ...(maxAge ? { maxAge: Number(maxAge) } : {}),
    },
  ];
}

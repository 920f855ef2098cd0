import { beginSso, type Ctx, SSO_MINUTES } from "@portico/services";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { runtime } from "./runtime.ts";
import { currentPerson } from "./session.ts";

/** The cookie that binds a sign-in at a provider to the browser that began it. No other site of the domain can set it. RFC 6265bis §4.1.3.2. */
export function ssoCookie(publicUrl: string): string {
  return publicUrl.startsWith("https:") ? "__Host-portico_sso" : "portico_sso";
}

/** Sends this browser to an organization's own sign-in. Throws an AppError when it cannot. */
export async function goToProvider(whose: { email: string } | { ctx: Ctx }, next: string): Promise<never> {
  const { deps, fetch } = await runtime();
  const jar = await cookies();
  const cookie = ssoCookie(deps.publicUrl);
  const begun = { ...whose, next, browser: jar.get(cookie)?.value, userId: (await currentPerson())?.id };
  const { url, browser } = await beginSso(deps, begun, fetch);
  jar.set(cookie, browser, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: deps.publicUrl.startsWith("https:"),
    maxAge: SSO_MINUTES * 60,
  });
  redirect(url);
}

/** Sends a browser on by GET, whatever it came with. */
export function seeOther(location: string, cookies: string[] = []): Response {
  const headers = new Headers({ location, "cache-control": "no-store", "referrer-policy": "no-referrer" });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

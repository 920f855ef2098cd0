import { keepPostedAnswer } from "@portico/services";
import type { NextRequest } from "next/server";
import { runtime } from "@/server/runtime.ts";
import { seeOther } from "@/server/sso.ts";

const BODY_BYTES_MAX = 1024 * 1024;

/**
 * Where an organization's SAML provider has browsers post its answers (saml-bindings-2.0 §3.5). They come from another site, without our cookie:
 * the answer waits for the browser that comes for it by itself, which is looked at there.
 */
export async function POST(request: NextRequest): Promise<Response> {
  const { deps } = await runtime();
  const isSmall = Number(request.headers.get("content-length") ?? Number.POSITIVE_INFINITY) <= BODY_BYTES_MAX;
  const form = isSmall ? await request.formData().catch(() => null) : null;
  const text = (name: string) => {
    const value = form?.get(name);
    return typeof value === "string" ? value : "";
  };
  const query = await keepPostedAnswer(deps, { response: text("SAMLResponse"), state: text("RelayState") });
  return seeOther(query === null ? "/sign-in/organization?problem=stale" : `/sso/callback?${query}`);
}

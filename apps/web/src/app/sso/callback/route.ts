import { readPerson } from "@portico/auth";
import { AppError, endSso } from "@portico/services";
import type { NextRequest } from "next/server";
import { safeNext } from "@/server/next-path.ts";
import { runtime } from "@/server/runtime.ts";
import { origin } from "@/server/session.ts";
import { seeOther, ssoCookie } from "@/server/sso.ts";

/** Where an organization's sign-in sends people back to. What comes in the address is never shown and never sent on. */
export async function GET(request: NextRequest): Promise<Response> {
  const { deps, fetch, people, telemetry } = await runtime();
  const answer = new URL(`${deps.publicUrl}/sso/callback`);
  answer.search = request.nextUrl.search;
  try {
    const ended = await endSso(
      { ...deps, ...(await origin(request.headers)) },
      {
        answer,
        browser: request.cookies.get(ssoCookie(deps.publicUrl))?.value,
        userId: (await readPerson(people, request.headers))?.id,
      },
      fetch,
    );
    const { userId, organizationId, next } = ended;
    const begun = await people.api.beginSessionByProvider({
      body: { userId, organizationId },
      headers: request.headers,
      asResponse: true,
    });
    if (!begun.ok) throw new Error(`A session by a provider was not begun: ${begun.status}`);
    return seeOther(safeNext(next), begun.headers.getSetCookie());
  } catch (error) {
    if (!(error instanceof AppError)) telemetry.reportError(error, { where: "sso" });
    else telemetry.logger.warn({ reason: error.message }, "a sign-in by a provider was refused");
    const { reason = "provider", next } = ((error as AppError).details ?? {}) as { reason?: string; next?: string };
    const back = safeNext(next);
    return seeOther(
      `/sign-in/organization?${new URLSearchParams({ problem: reason, ...(back === "/" ? {} : { next: back }) })}`,
    );
  }
}

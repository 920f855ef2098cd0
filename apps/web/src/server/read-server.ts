import { getServer, type ServerDetail } from "@portico/services";
import { cache } from "react";
import { orNotFound } from "./found.ts";
import { requireSession, type Session } from "./session.ts";

/** The server of a page's address and who looks at it; asked once a request, however many parts of the page ask. */
export const readServer = cache(async (slug: string): Promise<{ session: Session; server: ServerDetail }> => {
  const session = await requireSession();
  return { session, server: await orNotFound(getServer({ ctx: session.ctx, input: { id: slug } })) };
});

import type { Mail } from "@portico/mail";
import type { Deps } from "./context.ts";

/** What became of a mail: sent, refused by the SMTP server, or never tried because none is configured. */
export type Mailed = "sent" | "failed" | "off";

/**
 * Sends a mail with a link right away. Not through a queue: the link is a secret, which no job may hold, and who asked for it learns
 * at once whether it has to be handed over in another way.
 */
export async function mailLink({ mailer }: Pick<Deps, "mailer">, mail: Mail): Promise<Mailed> {
  if (!mailer) return "off";
  try {
    await mailer.send(mail);
    return "sent";
  } catch {
    return "failed";
  }
}

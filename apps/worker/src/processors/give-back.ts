import { type Deps, openEndedSignIn } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import { type Egress, revokeToken } from "@portico/upstream";

/** Tells an API that somebody is signed out, and again later while it does not answer. That an API takes nothing back is no failure. */
export function giveBackProcessor(deps: Pick<Deps, "vault">, { logger }: Pick<Telemetry, "logger">, egress: Egress) {
  return async ({ sealed }: { sealed: string }): Promise<void> => {
    const { client, refreshToken } = openEndedSignIn(deps.vault, sealed);
    const { host } = new URL(client.tokenUrl);
    const outcome = await revokeToken(egress, client, refreshToken);
    if (outcome === "failed") throw new Error(`A sign-in that has ended could not be given back to ${host}.`);
    logger.info({ host, outcome }, "a sign-in at an API was given back");
  };
}

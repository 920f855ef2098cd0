import type { Command } from "commander";
import { type CommandDeps, serverPath } from "./command.ts";
import { table } from "./output.ts";

/** Where people sign in at the API of a security scheme. */
export interface SignInAddresses {
  issuer: string;
  authorizationUrl: string;
  tokenUrl: string;
  canRegister: boolean;
  sendIn: "header" | "form";
  scopes: string[];
}

/** `portico addresses`: asks an API where people sign in there, and stores nothing. */
export function addAddressesCommand(program: Command, { api, print }: CommandDeps): void {
  program
    .command("addresses")
    .description("ask an API where people sign in there, and what a client needs to know; nothing is stored")
    .argument("<server>", "its slug or id")
    .argument("<scheme>", "the security scheme, by its name in the document")
    .option("--issuer <url>", "the authorization server, where neither the document nor the API names it")
    .action(async (server: string, scheme: string, { issuer }: { issuer?: string }) => {
      const at = serverPath(server, "credentials", scheme, "addresses");
      const found = await api().request<SignInAddresses>("POST", at, issuer === undefined ? {} : { issuer });
      print(found, () => describeAddresses(found));
    });
}

export function describeAddresses(found: SignInAddresses): string {
  const { issuer, authorizationUrl, tokenUrl, canRegister, sendIn, scopes } = found;
  return table([
    ["issuer", issuer],
    ["authorization URL", authorizationUrl],
    ["token URL", tokenUrl],
    ["client secret", sendIn === "form" ? "in the form" : "in the header"],
    ["scopes", scopes.join(" ") || "none"],
    ["registration", canRegister ? "Portico can register itself there" : "a client has to be made there by hand"],
  ]);
}

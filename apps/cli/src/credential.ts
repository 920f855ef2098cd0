import type { Command } from "commander";
import { type Api, ApiError } from "./api.ts";
import { collect } from "./arguments.ts";
import { serverPath } from "./command.ts";

/** A secret as the API takes it for a security scheme of this type: an API key, `user:password` for basic, otherwise a token. */
export function toCredential(type: string | undefined, secret: string): Record<string, string> {
  if (type === "apiKey") return { type, value: secret };
  if (type !== "basic") return { type: "bearer", token: secret };
  const colon = secret.indexOf(":");
  if (colon < 0) throw new ApiError("usage", "Basic credentials are written as user:password.");
  return { type, username: secret.slice(0, colon), password: secret.slice(colon + 1) };
}

/** What `withCredentialOptions` adds to what a command is told. */
export interface CredentialOptions {
  credential: string[];
  credentialFrom: string[];
}

/** The options that say what a server sends for the security schemes of a document. */
export function withCredentialOptions(command: Command): Command {
  return command
    .option(
      "--credential <scheme=value>",
      "an API key or token for a security scheme, by its name in the document (scheme=user:password for basic); repeatable",
      collect,
      [],
    )
    .option(
      "--credential-from <scheme=NAME>",
      "one from the environment of Portico, where PORTICO_VALUE_<NAME> is set; repeatable",
      collect,
      [],
    );
}

/** Stores what these options say for the security schemes of a server; `key`: of the document that they are of, where it has one. */
export async function putCredentials(
  portico: Api,
  serverId: string,
  { credential, credentialFrom }: CredentialOptions,
  key?: string,
): Promise<void> {
  const put = (scheme: string, body: Record<string, string>) =>
    portico.request("PUT", serverPath(serverId, "credentials", scheme), body);
  const nameOf = (scheme: string) => (key === undefined ? scheme : `${key}:${scheme}`);
  const references = credentialFrom.map((pair) => splitPair(pair, "--credential-from is written as scheme=NAME."));
  const typed = credential.map((pair) => splitPair(pair, "--credential is written as scheme=value."));
  if (typed.length > 0) {
    const { items } = await portico.request<{ items: { scheme: { name: string; type: string } }[] }>(
      "GET",
      serverPath(serverId, "credentials"),
    );
    const types = new Map(items.map(({ scheme }) => [scheme.name, scheme.type]));
    for (const [scheme, value] of typed) await put(nameOf(scheme), toCredential(types.get(nameOf(scheme)), value));
  }
  for (const [scheme, name] of references) await put(nameOf(scheme), toReference(name));
}

/** A value that whoever runs Portico set as `PORTICO_VALUE_<name>`; it may be written in full. */
export function toReference(name: string): { type: string; name: string } {
  return { type: "environment", name: name.replace(/^PORTICO_VALUE_/, "") };
}

function splitPair(pair: string, usage: string): [name: string, value: string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new ApiError("usage", usage);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

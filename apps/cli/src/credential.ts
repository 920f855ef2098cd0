import { type Api, ApiError } from "./api.ts";
import { serverPath } from "./command.ts";

/** A secret as the API takes it for a security scheme of this type: an API key, `user:password` for basic, otherwise a token. */
export function toCredential(type: string | undefined, secret: string): Record<string, string> {
  if (type === "apiKey") return { type, value: secret };
  if (type !== "basic") return { type: "bearer", token: secret };
  const colon = secret.indexOf(":");
  if (colon < 0) throw new ApiError("usage", "Basic credentials are written as user:password.");
  return { type, username: secret.slice(0, colon), password: secret.slice(colon + 1) };
}

/** Stores what `--credential scheme=value` says for a security scheme of a server. */
export async function putCredential(portico: Api, serverId: string, pair: string): Promise<void> {
  const at = pair.indexOf("=");
  if (at < 1) throw new ApiError("usage", "--credential is written as scheme=value.");
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  const { items } = await portico.request<{ items: { scheme: { name: string; type: string } }[] }>(
    "GET",
    serverPath(serverId, "credentials"),
  );
  const type = items.find(({ scheme }) => scheme.name === name)?.scheme.type;
  await portico.request("PUT", serverPath(serverId, "credentials", name), toCredential(type, value));
}

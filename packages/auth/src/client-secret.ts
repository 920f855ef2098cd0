import type { IncomingHttpHeaders } from "node:http";
import type Provider from "oidc-provider";

/**
 * A secret may come in a header or in the form (RFC 6749 §2.3.1), and clients do not ask which one they registered: it is put where the
 * provider looks for it. True when something was moved.
 */
export async function moveSecret(
  provider: Provider,
  form: URLSearchParams,
  headers: IncomingHttpHeaders,
): Promise<boolean> {
  const basic = readBasic(headers.authorization);
  const clientId = basic?.id ?? form.get("client_id");
  const secret = basic?.secret ?? form.get("client_secret");
  if (!clientId || !secret || (basic && form.has("client_secret"))) return false;
  const method = (await provider.Client.find(clientId).catch(() => undefined))?.clientAuthMethod;
  if (method === "client_secret_post" && basic) {
    form.set("client_id", clientId);
    form.set("client_secret", secret);
    delete headers.authorization;
    return true;
  }
  if (method !== "client_secret_basic" || basic) return false;
  form.delete("client_secret");
  headers.authorization = `Basic ${Buffer.from([clientId, secret].map(encodeURIComponent).join(":")).toString("base64")}`;
  return true;
}

/** Id and secret of `Authorization: Basic`, each form-encoded (RFC 6749 §2.3.1); undefined when it is not that. */
export function readBasic(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "")?.[1];
  const text = encoded && Buffer.from(encoded, "base64").toString("utf8");
  const at = text ? text.indexOf(":") : -1;
  if (!text || at < 1) return undefined;
  try {
    return { id: decodeURIComponent(text.slice(0, at)), secret: decodeURIComponent(text.slice(at + 1)) };
  } catch {
    return undefined;
  }
}

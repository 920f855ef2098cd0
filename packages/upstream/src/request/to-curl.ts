import { maskSecrets } from "../shape/mask.ts";
import type { UpstreamRequest } from "../types.ts";

const HIDDEN = "[hidden]";
/** These carry a credential whatever it looks like. */
const CREDENTIAL_HEADERS = new Set(["authorization", "cookie", "proxy-authorization"]);

/** A request as it can be shown: nothing in it is secret. */
export interface ShownRequest {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  /** As text; of bytes only how many. */
  body?: string;
  /** The same as a line for a terminal. */
  curl: string;
}

/** A request with its secrets hidden, and the curl command for it. */
export function showRequest({ method, url, headers, body, secrets }: UpstreamRequest): ShownRequest {
  const shown: Omit<ShownRequest, "curl"> = {
    method,
    url: maskSecrets(url, secrets),
    headers: headers.map(([name, value]) => [
      name,
      isSecret(name, value, secrets) ? HIDDEN : maskSecrets(value, secrets),
    ]),
    ...(body === undefined
      ? {}
      : { body: typeof body === "string" ? maskSecrets(body, secrets) : `(${body.length} bytes)` }),
  };
  return { ...shown, curl: toCurl(shown, typeof body === "string") };
}

/** A secret that is too short to be looked for is hidden with all that stands beside it. */
function isSecret(name: string, value: string, secrets: readonly string[]): boolean {
  return CREDENTIAL_HEADERS.has(name.toLowerCase()) || secrets.includes(value);
}

function toCurl({ method, url, headers, body }: Omit<ShownRequest, "curl">, isText: boolean): string {
  const parts = [
    ...(method === "GET" ? [] : [`-X ${method}`]),
    quoted(url),
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [isText ? `--data-raw ${quoted(body)}` : "--data-binary @body"]),
  ];
  return `curl ${parts.join(" \\\n  ")}`;
}

/** For a POSIX shell: nothing in single quotes means anything but the next single quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

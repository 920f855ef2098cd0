import type { FetchDocument } from "@portico/auth";
import type { Egress } from "@portico/upstream";

/** Beyond what anybody has to say about a client (OAuth Client ID Metadata Document, section 6.6: 5 kilobytes). */
const BYTES_MAX = 5 * 1024;
const TIMEOUT_MS = 2_500;

/** Documents about clients, through the one guarded way out: https only, no redirects, small and soon. */
export function createDocumentFetch(egress: Egress): FetchDocument {
  return async (url) => {
    if (!url.startsWith("https://")) throw new Error("Documents about clients are read over https only.");
    const response = await egress.request(
      { method: "GET", url, headers: [["accept", "application/json"]], secrets: [], missingCredentials: [] },
      { timeoutMs: TIMEOUT_MS, bodyBytesMax: BYTES_MAX, redirectsMax: 0 },
    );
    if (response.truncated) throw new Error(`The document is larger than ${BYTES_MAX} bytes.`);
    return { status: response.status, headers: response.headers, body: Buffer.from(response.body).toString("utf8") };
  };
}

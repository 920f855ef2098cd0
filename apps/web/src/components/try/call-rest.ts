/** What a route of ours answered, or why it refused, in words. */
export type RestAnswer<Value> = { ok: true; value: Value } | { ok: false; message: string; details?: unknown };

/** Browsers send 64 KB at most for a page that is closed. */
const KEPT_CHARS_MAX = 16_000;

/** Calls the REST API as the person who is signed in. Never throws. */
export async function callRest<Value = unknown>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  address: string,
  body?: object,
  signal?: AbortSignal,
): Promise<RestAnswer<Value>> {
  try {
    const text = body && JSON.stringify(body);
    const response = await fetch(address, {
      method,
      ...(text === undefined ? {} : { body: text, headers: { "content-type": "application/json" } }),
      // A change arrives also when its page is closed.
      keepalive: method !== "GET" && text !== undefined && text.length < KEPT_CHARS_MAX,
      ...(signal ? { signal } : {}),
    });
    const answer = await response.text();
    const parsed =
      answer === "" ? undefined : (JSON.parse(answer) as { error?: { message?: string; details?: unknown } });
    if (response.ok) return { ok: true, value: parsed as Value };
    const { message = `Portico answered ${response.status}. Try again.`, details } = parsed?.error ?? {};
    return { ok: false, message, details };
  } catch {
    return { ok: false, message: "Portico could not be reached. Look at your connection, and try again." };
  }
}

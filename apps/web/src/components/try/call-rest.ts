/** What a route of ours answered, or why it refused, in words. */
export type RestAnswer<Value> = { ok: true; value: Value } | { ok: false; message: string };

/** Calls the REST API as the person who is signed in. Never throws. */
export async function callRest<Value = unknown>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  address: string,
  body?: object,
  signal?: AbortSignal,
): Promise<RestAnswer<Value>> {
  try {
    const response = await fetch(address, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
      ...(signal ? { signal } : {}),
    });
    const text = await response.text();
    const parsed = text === "" ? undefined : (JSON.parse(text) as { error?: { message?: string } });
    if (response.ok) return { ok: true, value: parsed as Value };
    return { ok: false, message: parsed?.error?.message ?? `Portico answered ${response.status}. Try again.` };
  } catch {
    return { ok: false, message: "Portico could not be reached. Look at your connection, and try again." };
  }
}

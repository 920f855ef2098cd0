/** The values of a stream of server-sent events, each a JSON text. Comments are left out (WHATWG HTML §9.2.6). */
export async function* readEvents<Value>(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Value> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        const data = event
          .split("\n")
          .flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trimStart()] : []))
          .join("\n");
        if (data !== "") yield JSON.parse(data) as Value;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { compileToJson, load, locate, withPositions } from "@portico/openapi";
import { createEgress } from "@portico/upstream";
import type { CompileReply, CompileRequest } from "./compile-source.ts";

// One document, one thread in a process: parsing and compiling may take seconds and much memory, and a hostile document may never end.

const port = parentPort;
if (!port) throw new Error("This file runs as a worker thread.");
const { source, egress: egressOptions, documentBytesMax } = workerData as CompileRequest;
const DIAGNOSTICS_MAX = 50;
const packed = (value: string | Uint8Array) => new Uint8Array(gzipSync(value, { level: 6 }));
const say = (reply: CompileReply) => port.postMessage(reply);

const egress = createEgress(egressOptions);
try {
  say({ kind: "progress", message: "url" in source ? `Fetching ${new URL(source.url).host}` : "Reading the document" });
  const limits = { documentBytesMax, externalOrigins: source.allowOrigins ?? [] };
  const loaded = await load(source, { fetch: egress.fetch, limits });
  if (!loaded.ok) {
    say({ kind: "refused", diagnostics: loaded.diagnostics });
  } else {
    const { document } = loaded;
    say({ kind: "progress", message: `Compiling ${document.title} ${document.version}` });
    const { allowOrigins } = source;
    const { chunks, operationCount, toolCount, diagnostics } = compileToJson(
      document,
      allowOrigins ? { allowOrigins } : {},
    );
    say({ kind: "progress", message: `Compiled ${toolCount} tools of ${operationCount} operations` });
    const read = Buffer.from(JSON.stringify({ root: document.root, files: document.files }));
    // Everything heavy is done here, so that whoever waits has only bytes to store.
    const reply: CompileReply = {
      kind: "compiled",
      ok: true,
      title: document.title,
      format: document.format,
      sha256: createHash("sha256").update(read).digest("hex"),
      sourceBytes: read.byteLength,
      source: packed(read),
      text: document.source ? packed(document.source.text) : null,
      positions: await locate(diagnostics, document.source),
      compiled: packed(Buffer.concat(chunks)),
      operationCount,
      toolCount,
      diagnostics: toolCount === 0 ? await withPositions(diagnostics.slice(0, DIAGNOSTICS_MAX), document.source) : [],
    };
    port.postMessage(reply, [reply.source.buffer, reply.compiled.buffer]);
  }
} finally {
  await egress.close();
}

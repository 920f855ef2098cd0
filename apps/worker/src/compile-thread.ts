import { parentPort, workerData } from "node:worker_threads";
import { compile, load } from "@portico/openapi";
import { createEgress } from "@portico/upstream";
import type { CompileReply, CompileRequest } from "./compile-source.ts";

// One document, one thread: parsing and compiling may take seconds and much memory, and a hostile document may never end.

const port = parentPort;
if (!port) throw new Error("This file runs as a worker thread.");
const { source, egress: egressOptions, documentBytesMax } = workerData as CompileRequest;
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
    const { convertedFrom } = document;
    const { allowOrigins } = source;
    const compiled = {
      ...compile(document),
      ...(convertedFrom ? { convertedFrom } : {}),
      ...(allowOrigins ? { allowOrigins } : {}),
    };
    say({
      kind: "progress",
      message: `Compiled ${compiled.tools.length} tools of ${compiled.operations.length} operations`,
    });
    say({
      kind: "compiled",
      compiled: JSON.stringify(compiled),
      format: document.format,
      source: new TextEncoder().encode(JSON.stringify({ root: document.root, files: document.files })),
    });
  }
} finally {
  await egress.close();
}

import { Readable } from "node:stream";
import { AppError } from "@portico/services";
import type { FastifyPluginAsync } from "fastify";
import type { Files } from "../serving/files.ts";

export const FILES_PATH = "/files/:token";

/** Nothing in a file may run, load or be framed as ours: an API wrote it, not we. */
const HEADERS = {
  "x-content-type-options": "nosniff",
  "cache-control": "private, no-store",
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
  "accept-ranges": "bytes",
};

/** /files/{token}: an answer that did not fit into a result, for whoever holds its link. Unknown and expired are alike. */
export function filesRoutes({ files }: { files: Files }): FastifyPluginAsync {
  return async (app) => {
    app.route<{ Params: { token: string } }>({
      method: ["GET", "HEAD"],
      url: FILES_PATH,
      handler: async (request, reply) => {
        reply.headers(HEADERS);
        const file = await files.open(request.params.token);
        if (!file) throw new AppError("not_found", "This link is not known, or it has expired.");
        reply.headers({
          "content-type": file.mimeType,
          "content-disposition": `attachment; ${fileNames(file.name)}`,
        });
        const { range, "if-range": ifRange } = request.headers;
        // Files have no version that If-Range could name.
        const part = range === undefined || ifRange !== undefined ? undefined : parseRange(range, file.bytes);
        if (part === "unsatisfiable")
          return reply.code(416).header("content-range", `bytes */${file.bytes}`).type("text/plain").send("");
        const { start, end } = part ?? { start: 0, end: file.bytes };
        if (part) reply.code(206).header("content-range", `bytes ${start}-${end - 1}/${file.bytes}`);
        reply.header("content-length", end - start);
        if (request.method === "HEAD") return reply.send();
        return reply.send(Readable.from(file.read(start, end), { objectMode: false }));
      },
    });
  };
}

/** RFC 6266, appendix D: ASCII for those that know no other, and the real name. */
function fileNames(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** One range (RFC 9110 §14.2); several, or what is none, are ignored as the RFC allows. */
function parseRange(range: string, bytes: number): { start: number; end: number } | "unsatisfiable" | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return undefined;
  if (from === "") return to === "0" ? "unsatisfiable" : { start: Math.max(0, bytes - Number(to)), end: bytes };
  const start = Number(from);
  if (to !== "" && Number(to) < start) return undefined;
  return start >= bytes ? "unsatisfiable" : { start, end: to === "" ? bytes : Math.min(bytes, Number(to) + 1) };
}

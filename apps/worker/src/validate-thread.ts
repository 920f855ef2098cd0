import { parentPort, workerData } from "node:worker_threads";
import { type Document, withPositions } from "@portico/openapi";
import { validate } from "@portico/openapi/validate";
import type { ValidateRequest } from "./validate-source.ts";

const port = parentPort;
if (!port) throw new Error("This file runs as a worker thread.");
const { source, format, text, file } = workerData as ValidateRequest;
const stored = JSON.parse(new TextDecoder().decode(source)) as Pick<Document, "root">;
const findings = await validate({ root: stored.root, format: format as Document["format"] });
const given = text && { text: new TextDecoder().decode(text), ...(file === undefined ? {} : { file }) };
port.postMessage(await withPositions(findings, given ?? undefined));

import { parentPort, workerData } from "node:worker_threads";
import type { Document } from "@portico/openapi";
import { validate } from "@portico/openapi/validate";
import type { ValidateRequest } from "./validate-source.ts";

const port = parentPort;
if (!port) throw new Error("This file runs as a worker thread.");
const { source, format } = workerData as ValidateRequest;
const stored = JSON.parse(new TextDecoder().decode(source)) as Pick<Document, "root">;
port.postMessage(await validate({ root: stored.root, format: format as Document["format"] }));

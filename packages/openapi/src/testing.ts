import { compile } from "./compile.ts";
import { load } from "./load/load.ts";
import type { Compiled, Document, JsonObject, Tool } from "./types.ts";

/** A document of these paths, for tests. */
export async function documentOf(parts: JsonObject): Promise<Document> {
  const loaded = await load({
    content: JSON.stringify({ openapi: "3.1.0", info: { title: "Test", version: "1" }, ...parts }),
  });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((diagnostic) => diagnostic.message).join(" "));
  return loaded.document;
}

export async function compiled(parts: JsonObject): Promise<Compiled> {
  return compile(await documentOf(parts));
}

/** The tool of one operation at `POST /things/{id}` unless the parts say otherwise. */
export async function toolOf(operation: JsonObject, parts: JsonObject = {}, path = "/things"): Promise<Tool> {
  const { tools } = await compiled({ paths: { [path]: { post: operation } }, ...parts });
  const [tool] = tools;
  if (!tool) throw new Error("no tool");
  return tool;
}

/** Milliseconds of the processor that this thread takes from here on: the same however loaded the machine is. */
export function cpuTimer(): () => number {
  const begun = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(begun);
    return (user + system) / 1_000;
  };
}

import type { ServerView } from "@portico/services";
import { wordsOf } from "./prompt-text.ts";

export type Resource = ServerView["resources"][number];

/** A GET operation that a resource can be bound to, and what its address has to say. */
export interface ReadOperation {
  key: string;
  title: string;
  path: string;
  required: string[];
  optional: string[];
}

/** A resource while it is written. */
export interface ResourceText {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
  kind: "text" | "operation";
  text: string;
  operation: string;
}

export function toResourceText(resource: Resource): ResourceText {
  const { uri, name, title = "", description = "", mimeType = "" } = resource;
  const words = { uri, name, title, description, mimeType };
  return "text" in resource
    ? { ...words, kind: "text", text: resource.text, operation: "" }
    : { ...words, kind: "operation", text: "", operation: resource.operation };
}

/** What is saved: without what was left empty, and without what the other kind has. */
export function toResource({ uri, name, kind, text, operation, ...words }: ResourceText): Resource {
  const { title, description, mimeType } = words;
  const shown = { uri: uri.trim(), name: name.trim(), ...wordsOf({ title, description, mimeType }) };
  return kind === "text" ? { ...shown, text } : { ...shown, operation: operation.trim() };
}

/** An address for what an operation answers: its path, and a place for each other argument that it needs. */
export function addressFor(scheme: string, { path, required }: ReadOperation): string {
  const rest = required.filter((name) => !path.includes(`{${name}}`)).map((name) => `${name}={${name}}`);
  return `${scheme}:/${path}${rest.length > 0 ? `?${rest.join("&")}` : ""}`;
}

/** A scheme of the server's own; those that mean something else are not taken. */
export function schemeOf(slug: string): string {
  return /^[a-z]/.test(slug) && !["ui", "file", "data", "javascript"].includes(slug) ? slug : `x-${slug}`;
}

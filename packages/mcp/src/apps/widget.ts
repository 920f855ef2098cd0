import type { ResourceContents } from "../contract.ts";
import { isObject, type JsonObject } from "../json-rpc.ts";
import { ANSWER_HTML } from "./answer-html.ts";

/** MCP Apps (SEP-1865, 2026-01-26): tools whose answers a host shows in a frame. */
const UI_EXTENSION = "io.modelcontextprotocol/ui";
const UI_MIME_TYPE = "text/html;profile=mcp-app";
const ANSWER_URI = "ui://portico/answer.html";

/** Beside a tool in tools/list: the extension's way, its first spelling, and what ChatGPT read before the extension. */
const TOOL_META = {
  // The widget calls no tools.
  ui: { resourceUri: ANSWER_URI, visibility: ["model"] },
  "ui/resourceUri": ANSWER_URI,
  "openai/outputTemplate": ANSWER_URI,
  "openai/widgetAccessible": false,
};

const RESOURCE_META = {
  ui: {
    csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] },
    prefersBorder: true,
  },
  "openai/widgetCSP": { connect_domains: [], resource_domains: [], frame_domains: [] },
  "openai/widgetPrefersBorder": true,
  "openai/widgetDescription": "Shows the answer as a table, a record or a chart.",
};

/** Whether a client with these capabilities shows widgets. */
export function takesWidgets(capabilities: unknown): boolean {
  const extensions = isObject(capabilities) ? capabilities.extensions : undefined;
  const ui = isObject(extensions) ? extensions[UI_EXTENSION] : undefined;
  return isObject(ui) && Array.isArray(ui.mimeTypes) && ui.mimeTypes.includes(UI_MIME_TYPE);
}

/** What a version with widgets tells of itself. */
export function extensionsOf({ hasWidgets }: { hasWidgets?: boolean }): JsonObject {
  return hasWidgets ? { [UI_EXTENSION]: { mimeTypes: [UI_MIME_TYPE] } } : {};
}

/** A serialized tools list in which these tools have a widget. It reads the whole list: to be kept, not made per request. */
export function withWidgets(list: string, hasWidget: (name: string) => boolean): string {
  const entries = JSON.parse(list) as { name: string }[];
  return JSON.stringify(entries.map((entry) => (hasWidget(entry.name) ? { ...entry, _meta: TOOL_META } : entry)));
}

/** The widget at this address. Hosts find it through its tools, so it is in no list (MCP Apps, resource discovery). */
export function readWidget({ hasWidgets }: { hasWidgets?: boolean }, uri: string): ResourceContents | undefined {
  return hasWidgets && uri === ANSWER_URI
    ? { uri, mimeType: UI_MIME_TYPE, text: ANSWER_HTML, _meta: RESOURCE_META }
    : undefined;
}

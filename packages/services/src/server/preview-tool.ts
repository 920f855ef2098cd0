import { KNOWN_CLIENTS, type KnownClient, selectDialect } from "@portico/mcp";
import {
  applyOverrides,
  type Dialect,
  type DialectChange,
  dialectChanges,
  estimateTokens,
  shownInput,
  type Tool,
} from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { readDocuments } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { type ListEntry, listEntry } from "./manifest.ts";
import { readOverrides } from "./override.ts";

/** A tool as the clients of one dialect get it. */
export interface ToolForm {
  dialect: Dialect;
  /** As in their list. */
  entry: ListEntry;
  /** What of its schema they get in another way. */
  changes: DialectChange[];
  /** What it costs a model: as the document has it, and as it is edited. */
  tokens: { before: number; after: number };
}

/** What one client makes of it. */
export interface ToolClient {
  id: string;
  label: string;
  /** Which of the forms it gets. */
  dialect: Dialect;
  /** What does not work there, in sentences. */
  problems: string[];
}

export interface ToolPreview {
  /** Whether the next version has it. */
  isPicked: boolean;
  /** Whether it is found by searching rather than listed. */
  isSearched: boolean;
  clients: ToolClient[];
  forms: ToolForm[];
}

const schema = z.object({ serverId: z.string(), operation: z.string() }).strict();

/** What each known client would get of one tool of a server's draft. */
export async function previewTool({ ctx, input }: Call<z.input<typeof schema>>): Promise<ToolPreview> {
  authorize(ctx, "server.read");
  const { serverId, operation } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const [{ tools }, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const selection = new Set(server.selection as string[]);
  const isPicked = selection.has(operation);
  // Names are settled among those that are served together.
  const listed = applyOverrides(
    tools.filter((tool) => selection.has(tool.operation) || tool.operation === operation),
    overrides,
  );
  const generated = tools.find((tool) => tool.operation === operation);
  const at = listed.findIndex((tool) => tool.operation === operation);
  const tool = listed[at];
  if (!generated || !tool) throw notFound("tool");
  // Own tools come after these.
  const count = listed.length + (server.composedTools as unknown[]).length;
  const place = { position: at + 1, count, isSearched: server.toolMode === "search" };
  const clients = KNOWN_CLIENTS.map((client): ToolClient => {
    const told = { name: client.names?.[0], userAgent: client.userAgents?.[0] };
    const dialect = selectDialect({ dialect: server.dialect as "auto" | Dialect }, told);
    return { id: client.id, label: client.label, dialect, problems: problemsOf(client, tool, place) };
  });
  const dialects = [...new Set(clients.map(({ dialect }) => dialect))];
  return {
    isPicked,
    isSearched: place.isSearched,
    clients,
    forms: dialects.map((dialect): ToolForm => {
      const entry = listEntry(tool, dialect);
      const tokens = { before: estimateTokens(listEntry(generated, dialect)), after: estimateTokens(entry) };
      return { dialect, entry, changes: dialectChanges(shownInput(tool), dialect), tokens };
    }),
  };
}

function problemsOf(
  { nameCharsMax, toolsMax, elicitation, widgets }: KnownClient,
  { name, askFirst, askFor, widget }: Tool,
  { position, count, isSearched }: { position: number; count: number; isSearched: boolean },
): string[] {
  return [
    ...(!isSearched && nameCharsMax !== undefined && name.length > nameCharsMax
      ? [`Takes names of ${nameCharsMax} characters at most, and this one has ${name.length}.`]
      : []),
    ...(!isSearched && toolsMax !== undefined && count > toolsMax
      ? [
          position > toolsMax
            ? `Leaves it out: it takes ${toolsMax} tools of all servers together, and this is number ${position}.`
            : `Takes ${toolsMax} tools of all servers together, and this server alone has ${count}: with others beside it, this one may be left out.`,
        ]
      : []),
    ...(askFirst && !elicitation ? ["Cannot ask a person, so nothing is sent."] : []),
    ...(askFor && !askFirst && !elicitation ? ["Shows no forms, so its model asks in the chat."] : []),
    ...(widget && (isSearched || !widgets) ? ["Shows the answer as text, without the widget."] : []),
  ];
}

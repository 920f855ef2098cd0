import { KNOWN_CLIENTS, SEARCH_MODE_NAMES, selectDialect, standInNames } from "@portico/mcp";
import type { Dialect } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { loadVersion } from "../serve/load-version.ts";
import { findServer } from "./find-server.ts";
import type { Manifest } from "./manifest.ts";
import { readDraft } from "./review-publish.ts";

/** What one client gets of the version that is served. */
export interface ClientPreview {
  id: string;
  label: string;
  dialect: Dialect;
  /** Tools in its list, with those that stand in for something; otherwise three when the server is searched. */
  tools: number;
  /** How many of them are over what it takes, even with no other server beside this one. */
  leftOut: number;
  /** Names that are longer than it allows. */
  longNames: string[];
  prompts: number;
  resources: number;
  /** Tools whose answers it shows as a widget (MCP Apps); elsewhere they are text. */
  widgets: number;
  /** Whether it can show widgets at all. */
  showsWidgets: boolean;
  /** Tools of its list that stand in for what it does not have of these two. */
  standIns: { prompts: string[]; resources: string[] };
  /** Tools that ask a person first and so cannot be used there. */
  cannotAsk: string[];
  /** Tools whose model asks in the chat for what a form would ask for. */
  asksInChat: string[];
  /** Whether people see a new version without doing anything. */
  seesChanges: boolean;
}

const schema = z.object({ serverId: z.string(), of: z.enum(["published", "draft"]).default("published") }).strict();

/** The known clients, and what each makes of the served version, or would make of the draft. */
export async function previewClients({ ctx, input }: Call<z.input<typeof schema>>): Promise<ClientPreview[]> {
  authorize(ctx, "server.read");
  const { serverId, of } = parseInput(schema, input);
  const {
    tools,
    prompts = [],
    resources = [],
    standInTools = false,
    readAnswers = false,
    searchTexts = false,
    toolMode,
    dialect,
  } = of === "draft" ? (await readDraft(ctx, serverId)).manifest : await readPublished(ctx, serverId);
  const names = tools.map(({ name }) => name);
  const shown = toolMode === "search" ? SEARCH_MODE_NAMES : names;
  const taken = [...names, ...shown];
  const namesFor = (has: { prompts: boolean; resources: boolean }) =>
    standInTools ? [...standInNames(has, taken).values()] : [];
  // In search mode calls go through one tool for all, and none has a widget.
  const widgets = toolMode === "search" ? 0 : tools.filter(({ widget }) => widget).length;
  const asking = tools.filter(({ askFirst }) => askFirst).map(({ name }) => name);
  const filling = tools.filter(({ askFirst, askFor }) => askFor && !askFirst).map(({ name }) => name);
  return KNOWN_CLIENTS.map((client): ClientPreview => {
    const standIns = {
      prompts: namesFor({ prompts: prompts.length > 0 && !client.prompts, resources: false }),
      resources: namesFor({ prompts: false, resources: resources.length > 0 && !client.resources }),
    };
    const listed =
      shown.length +
      standIns.prompts.length +
      standIns.resources.length +
      (readAnswers ? 1 : 0) +
      (searchTexts ? 1 : 0);
    return {
      id: client.id,
      label: client.label,
      dialect: selectDialect({ dialect }, { name: client.names?.[0], userAgent: client.userAgents?.[0] }),
      tools: listed,
      leftOut: Math.max(0, listed - (client.toolsMax ?? Number.POSITIVE_INFINITY)),
      longNames:
        toolMode === "search"
          ? []
          : tools.flatMap(({ name }) => (name.length > (client.nameCharsMax ?? 64) ? [name] : [])),
      prompts: client.prompts ? prompts.length : 0,
      resources: client.resources ? resources.length : 0,
      widgets: client.widgets ? widgets : 0,
      showsWidgets: client.widgets,
      standIns,
      cannotAsk: client.elicitation ? [] : asking,
      asksInChat: client.elicitation ? [] : filling,
      seesChanges: client.listChanged,
    };
  });
}

async function readPublished(ctx: Ctx, serverId: string): Promise<Manifest> {
  const server = await findServer(ctx, serverId);
  const version = server.publishedVersionId ? await loadVersion(ctx, server.publishedVersionId) : null;
  if (!version) throw new AppError("precondition_failed", "Nothing is published yet, so no client sees anything.");
  return version.manifest;
}

"use server";

import { isDeepStrictEqual } from "node:util";
import {
  AppError,
  changePicks,
  deleteServer,
  type EditedTool,
  type EditToolInput,
  editTool,
  getServer,
  letGo,
  type PublishReview,
  type PublishServerInput,
  publishServer,
  type RestoreDraftInput,
  type RestoreReview,
  restoreDraft,
  reviewPublish,
  reviewRestore,
  rollbackServer,
  type ServerView,
  type UpdateServerInput,
  type UpgradeServerInput,
  undoDraft,
  updateServer,
  upgradeServer,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

/** Runs a change, and draws what shows the server anew. */
async function change<Value>(
  work: (ctx: Awaited<ReturnType<typeof requireSession>>["ctx"]) => Promise<Value>,
): Promise<Outcome<Value>> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => work(ctx));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

export async function setStatus(id: string, status: "live" | "paused"): Promise<Outcome> {
  return change(async (ctx) => void (await updateServer({ ctx, input: { id, status } })));
}

/** Saves in the draft what was picked and what was dropped; what others did to the rest stays. */
export async function savePicks(input: { serverId: string; pick: string[]; drop: string[] }): Promise<Outcome> {
  return change(async (ctx) => void (await changePicks({ ctx, input })));
}

/** What publishing the draft would change. */
export async function readPublishReview(id: string): Promise<Outcome<PublishReview>> {
  const { ctx } = await requireSession();
  return attempt(() => reviewPublish({ ctx, input: { id } }));
}

/** Freezes the draft, as it was looked through, into the next version. */
export async function publishDraft(input: PublishServerInput): Promise<Outcome<number>> {
  return change(async (ctx) => (await publishServer({ ctx, input })).number);
}

/** Changes some fields of a person's edit of one tool; null takes one back to what the document says. */
export async function changeTool(input: EditToolInput): Promise<Outcome<EditedTool>> {
  return change((ctx) => editTool({ ctx, input }));
}

type DraftList = "prompts" | "resources" | "composedTools";
const DRAFT_NOUNS: Record<DraftList, string> = { prompts: "prompt", resources: "resource", composedTools: "tool" };
type DraftItem<List extends DraftList> = ServerView[List][number];

/** One change of a list of the draft: an item put in the place of another, added, or taken out. */
export interface DraftItemChange<List extends DraftList> {
  id: string;
  list: List;
  /** The item as it was read; without one, `item` is added. */
  before?: DraftItem<List>;
  /** Without one, `before` is taken out. */
  item?: DraftItem<List>;
  /** Where to add it; at the end otherwise. */
  index?: number;
}

/** Refused when somebody else changed that item meanwhile; what they did to others is kept. Fields are those of the item. */
export async function changeDraftItem<List extends DraftList>(input: DraftItemChange<List>): Promise<Outcome> {
  const { id, list, before, item } = input;
  let index = -1;
  const outcome = await change(async (ctx) => {
    const server = await getServer({ ctx, input: { id } });
    const items: DraftItem<List>[] = [...server[list]];
    index = before ? items.findIndex((one) => isDeepStrictEqual(one, before)) : (input.index ?? items.length);
    if (index < 0)
      throw new AppError(
        "conflict",
        `Somebody else changed or deleted this ${DRAFT_NOUNS[list]} meanwhile, and nothing was saved.`,
      );
    items.splice(index, before ? 1 : 0, ...(item ? [item] : []));
    await updateServer({ ctx, input: { id, lock: server.lock, [list]: items } });
  });
  if (outcome.ok) return outcome;
  const start = `${list}.${index}.`;
  const fields = Object.entries(outcome.fields).map(([field, message]) => [
    field.startsWith(start) ? field.slice(start.length) : field,
    message,
  ]);
  return { ...outcome, fields: Object.fromEntries(fields) };
}

/** Adds texts to the resources of a draft, all or none. */
export async function addTexts(id: string, texts: ServerView["resources"]): Promise<Outcome> {
  return change(async (ctx) => {
    const { lock, resources } = await getServer({ ctx, input: { id } });
    await updateServer({ ctx, input: { id, lock, resources: [...resources, ...texts] } });
  });
}

/** Whether models search the texts of a server with a tool, from the next publish on. */
export async function searchDraftTexts(id: string, isOn: boolean): Promise<Outcome> {
  return change(async (ctx) => void (await updateServer({ ctx, input: { id, searchTexts: isOn } })));
}

/** Moves the draft to another revision of one of its documents. `lock` is what taking it back needs. */
export async function applyUpgrade(input: UpgradeServerInput): Promise<Outcome<{ revision: number; lock: number }>> {
  return change(async (ctx) => {
    const { to, server } = await upgradeServer({ ctx, input });
    return { revision: to.number, lock: server.lock };
  });
}

/** Takes what the document says now of an operation that is held back. `isGone`: under that address there is none any more. */
export async function takeNew(
  serverId: string,
  operation: string,
): Promise<Outcome<{ lock: number; isGone: boolean }>> {
  return change(async (ctx) => {
    const { changes, server } = await letGo({ ctx, input: { serverId, operation } });
    const gone = [...changes.removed.map((one) => one.operation), ...changes.renamed.map(({ from }) => from)];
    return { lock: server.lock, isGone: gone.includes(operation) };
  });
}

/** What of the draft goes when it is made what a version was made of. */
export async function readRestoreReview(id: string, version: number): Promise<Outcome<RestoreReview>> {
  const { ctx } = await requireSession();
  return attempt(() => reviewRestore({ ctx, input: { id, version } }));
}

/** Makes the draft what a version was made of; answers with what taking it back needs. */
export async function restoreVersion(input: RestoreDraftInput): Promise<Outcome<number>> {
  return change(async (ctx) => (await restoreDraft({ ctx, input })).lock);
}

/** Takes an upgrade, or a version that was made the draft, back while nobody has changed the draft since. */
export async function takeDraftBack(id: string, lock: number): Promise<Outcome> {
  return change(async (ctx) => void (await undoDraft({ ctx, input: { id, lock } })));
}

export async function rollBack(id: string, version: number): Promise<Outcome> {
  return change(async (ctx) => void (await rollbackServer({ ctx, input: { id, version } })));
}

export type SettingsState = Outcome | null;

export async function saveSettings(_before: SettingsState, form: FormData): Promise<SettingsState> {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const input = {
    id: text("id"),
    lock: Number(text("lock")),
    title: text("title"),
    slug: text("slug"),
    description: text("description") || null,
    instructions: text("instructions") || null,
    baseUrl: text("baseUrl") || null,
    icon: text("icon") || null,
    dialect: text("dialect"),
    toolMode: text("toolMode"),
    standInTools: text("standInTools") === "on",
    readAnswers: text("readAnswers") === "on",
    searchTexts: text("searchTexts") === "on",
  } as UpdateServerInput;
  const outcome = await change(async (ctx) => void (await updateServer({ ctx, input })));
  // The page that the form is on has moved with the slug.
  if (outcome.ok && input.slug !== text("pageSlug")) redirect(`/servers/${input.slug}/settings`);
  return outcome;
}

export async function removeServer(id: string): Promise<Outcome> {
  const outcome = await change((ctx) => deleteServer({ ctx, input: { id } }));
  if (outcome.ok) redirect("/");
  return outcome;
}

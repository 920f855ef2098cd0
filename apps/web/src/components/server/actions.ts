"use server";

import {
  deleteServer,
  overrideTool,
  publishServer,
  rollbackServer,
  type UpdateServerInput,
  type UpgradeServerInput,
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

/** Saves the picked operations and, if asked, freezes the draft into the next version. */
export async function saveTools(input: {
  id: string;
  operations: string[];
  isPublished: boolean;
}): Promise<Outcome<number | null>> {
  const { id, operations, isPublished } = input;
  return change(async (ctx) => {
    await updateServer({ ctx, input: { id, select: { operations } } });
    return isPublished ? (await publishServer({ ctx, input: { id } })).number : null;
  });
}

export async function publishDraft(id: string): Promise<Outcome<number>> {
  return change(async (ctx) => (await publishServer({ ctx, input: { id } })).number);
}

/** Keeps what a person wrote over what the document says; an empty patch is "reset to document". */
export async function editTool(input: {
  serverId: string;
  operation: string;
  patch: {
    name?: string;
    title?: string;
    description?: string;
    contentType?: string;
    askFirst?: boolean;
    widget?: boolean;
  };
}): Promise<Outcome> {
  return change((ctx) => overrideTool({ ctx, input }));
}

/** Moves the draft to another revision of its document; then what is left to do. */
export async function applyUpgrade(input: UpgradeServerInput & { slug: string }): Promise<Outcome> {
  const { slug, ...upgrade } = input;
  const outcome = await change(async (ctx) => (await upgradeServer({ ctx, input: upgrade })).to.number);
  if (!outcome.ok) return outcome;
  redirect(`/servers/${slug}/upgrade?applied=${outcome.value}`);
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
    dialect: text("dialect"),
    toolMode: text("toolMode"),
    visibility: text("visibility"),
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

import { isUniqueViolation, newId } from "@portico/db";
import { BASE_URLS, listModels, type Model, ModelError, PROVIDER_KINDS, type Provider, runStep } from "@portico/models";
import type { Egress } from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput, secretUrlSchema } from "../input.ts";
import { modelFetch } from "./model-fetch.ts";

const PROVIDERS_MAX = 20;
const KEY_CHARS_MAX = 1_000;
/** A reasoning model has thought about a greeting for longer than this only when something is wrong. */
const TEST_TIMEOUT_MS = 60_000;
/** OpenAI takes no fewer than 16; what is left out of a greeting matters to nobody. */
const TEST_TOKENS_MAX = 64;

export interface ModelProviderView {
  id: string;
  name: string;
  kind: Provider["kind"];
  baseUrl: string;
  /** The model that is used where nobody says another. */
  model: string;
  /** The key itself is never shown. */
  hasKey: boolean;
  createdAt: Date;
}

/** What a key is bound to: in another row, or for another address, it does not open. */
export function modelKeyContext({ id, baseUrl }: { id: string; baseUrl: string }): string {
  return `model-provider:${id}:${baseUrl}`;
}

/** The organization's model providers, by name. Who may change servers may use them. */
export async function listModelProviders({ ctx }: Pick<Call<never>, "ctx">): Promise<ModelProviderView[]> {
  authorize(ctx, "server.write");
  const rows = await ctx.db.modelProvider.findMany({
    where: { organizationId: ctx.organizationId },
    orderBy: { name: "asc" },
    take: PROVIDERS_MAX,
  });
  return rows.map(toView);
}

const kind = z.enum(PROVIDER_KINDS, { error: `use one of ${PROVIDER_KINDS.join(", ")}` });
const name = z.string().trim().min(1, "give it a name").max(100, "a name has 100 characters at most");
const baseUrl = secretUrlSchema
  .refine((text) => !URL.canParse(text) || !/[?#]/.test(text), "leave out what stands behind ? or #")
  .transform((text) => text.replace(/\/+$/, ""));
const model = z
  .string()
  .trim()
  .min(1, "choose a model")
  .max(200, "the id of a model has 200 characters at most")
  .regex(/^[\x21-\x7e]+$/, "the id of a model has letters, digits and signs, and no spaces");
const apiKey = z
  .string()
  .trim()
  .min(1, "enter the key")
  .max(KEY_CHARS_MAX, `a key has ${KEY_CHARS_MAX} characters at most`)
  // Header values, RFC 9110 §5.5.
  .regex(/^[\x21-\x7e]+$/, "a key has no spaces and no letters beyond ASCII");

const accessSchema = z.object({ kind, baseUrl: baseUrl.optional(), apiKey: apiKey.optional() }).strict();
const createSchema = accessSchema.extend({ name, model });
export type NewModelProvider = z.input<typeof createSchema>;

/** Adds a provider. Its key is sealed, and sent to this address alone. */
export async function createModelProvider({ ctx, input }: Call<NewModelProvider>): Promise<ModelProviderView> {
  authorize(ctx, "model.manage");
  const { name, model, ...access } = parseInput(createSchema, input);
  const { kind, baseUrl, apiKey } = opened(access);
  if ((await ctx.db.modelProvider.count({ where: { organizationId: ctx.organizationId } })) >= PROVIDERS_MAX)
    throw new AppError(
      "limit_exceeded",
      `An organization has at most ${PROVIDERS_MAX} model providers. Remove one first.`,
    );
  const id = newId("modelProvider");
  const row = await orTaken(name, () =>
    ctx.db.$transaction(async (tx) => {
      const made = await tx.modelProvider.create({
        data: {
          ...{ id, organizationId: ctx.organizationId, name, kind, baseUrl, model },
          sealed: apiKey === undefined ? null : ctx.vault.seal(apiKey, modelKeyContext({ id, baseUrl })),
          createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
        },
      });
      await audit(tx, ctx, "modelProvider.create", id, { name, kind, baseUrl, model });
      return made;
    }),
  );
  return toView(row);
}

const updateSchema = z
  .object({
    id: z.string(),
    name: name.optional(),
    baseUrl: baseUrl.optional(),
    model: model.optional(),
    /** Left out: the one that is stored stays. Null: none is sent. */
    apiKey: apiKey.nullish(),
  })
  .strict();
export type ModelProviderChanges = z.input<typeof updateSchema>;

/** Changes a provider. For another address its key has to be given anew: one is never sent where it was not stored for. */
export async function updateModelProvider({ ctx, input }: Call<ModelProviderChanges>): Promise<ModelProviderView> {
  authorize(ctx, "model.manage");
  const { id, apiKey, ...wanted } = parseInput(updateSchema, input);
  const before = await findProvider(ctx, id);
  const baseUrl = wanted.baseUrl ?? before.baseUrl;
  if (before.sealed && apiKey === undefined && baseUrl !== before.baseUrl)
    throw refused("apiKey", "enter the key for this address: the one that is stored is for another");
  if (before.kind !== "compatible" && apiKey === null) throw refused("apiKey", "this provider asks for a key");
  const sealed =
    apiKey === undefined ? before.sealed : apiKey && ctx.vault.seal(apiKey, modelKeyContext({ id, baseUrl }));
  const changed = [
    ...(["name", "baseUrl", "model"] as const).filter((field) => (wanted[field] ?? before[field]) !== before[field]),
    ...(apiKey === undefined ? [] : ["apiKey"]),
  ];
  const row = await orTaken(wanted.name ?? before.name, () =>
    ctx.db.$transaction(async (tx) => {
      const data = {
        ...{ name: wanted.name ?? before.name, model: wanted.model ?? before.model, baseUrl, sealed },
      };
      const made = await tx.modelProvider.update({ where: { id }, data });
      await audit(tx, ctx, "modelProvider.update", id, { name: made.name, changed });
      return made;
    }),
  );
  return toView(row);
}

/** Removes a provider and its key. */
export async function removeModelProvider({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "model.manage");
  const { id, name } = await findProvider(ctx, input.id);
  await ctx.db.$transaction(async (tx) => {
    await tx.modelProvider.delete({ where: { id } });
    await audit(tx, ctx, "modelProvider.remove", id, { name });
  });
}

/** What is asked for models with: the guarded way out, and when to stop. */
export interface Asking {
  egress: Egress;
  signal?: AbortSignal | undefined;
}

/** Models that can be talked to at a provider; null where it does not say which it has. */
export async function listProviderModels({
  ctx,
  input,
  egress,
  signal,
}: Call<{ id: string }> & Asking): Promise<Model[] | null> {
  authorize(ctx, "server.write");
  const { provider } = await openProvider(ctx, input.id);
  return inWords(() => listModels(provider, { fetch: modelFetch(egress), ...(signal ? { signal } : {}) }));
}

/** The same before a provider is stored, which shows whether its key and its address are right. */
export async function findModels({
  ctx,
  input,
  egress,
  signal,
}: Call<z.input<typeof accessSchema>> & Asking): Promise<Model[] | null> {
  authorize(ctx, "model.manage");
  const provider = opened(parseInput(accessSchema, input));
  return inWords(() => listModels(provider, { fetch: modelFetch(egress), ...(signal ? { signal } : {}) }));
}

/** What came of a test: how long the answer took, or what is wrong and what to do about it. */
export type ModelTest = { ok: true; model: string; ms: number } | { ok: false; problem: string };

const testSchema = z.object({ id: z.string(), model: model.optional() }).strict();

/** Asks a model for a word, with a tool in hand as in a chat: a real request, and the smallest that there is. */
export async function testModelProvider({
  ctx,
  input,
  egress,
  signal,
}: Call<z.input<typeof testSchema>> & Asking): Promise<ModelTest> {
  authorize(ctx, "model.manage");
  const { id, model } = parseInput(testSchema, input);
  const { provider, defaultModel } = await openProvider(ctx, id);
  const asked = model ?? defaultModel;
  const begun = performance.now();
  const deadline = AbortSignal.timeout(TEST_TIMEOUT_MS);
  try {
    const events = runStep({
      ...{ provider, model: asked, tools: [TEST_TOOL], tokensMax: TEST_TOKENS_MAX, fetch: modelFetch(egress) },
      messages: [{ role: "user", text: "Answer with the word: ready" }],
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    for await (const { type } of events) if (type === "end") break;
    return { ok: true, model: asked, ms: Math.round(performance.now() - begun) };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const isLate = error.code === "cancelled" && deadline.aborted;
    return { ok: false, problem: isLate ? `It did not answer within ${TEST_TIMEOUT_MS / 1_000} s.` : error.message };
  }
}

const TEST_TOOL = {
  name: "get_time",
  description: "Gives the time. Nobody needs it now.",
  inputSchema: { type: "object", properties: {}, additionalProperties: false },
};

export interface OpenProvider {
  provider: Provider;
  name: string;
  defaultModel: string;
}

/** A provider of this organization with its key in the clear, for the moment of a request. */
export async function openProvider(ctx: Ctx, id: string): Promise<OpenProvider> {
  const row = await findProvider(ctx, id);
  const apiKey = row.sealed === null ? undefined : ctx.vault.open(row.sealed, modelKeyContext(row));
  const provider: Provider = { kind: row.kind as Provider["kind"], baseUrl: row.baseUrl, apiKey };
  return { provider, name: row.name, defaultModel: row.model };
}

async function findProvider(ctx: Ctx, id: string) {
  const row = await ctx.db.modelProvider.findFirst({ where: { id, organizationId: ctx.organizationId } });
  if (!row) throw notFound("model provider");
  return row;
}

/** What is said of a provider, with its own address where none is given. */
function opened({ kind, baseUrl, apiKey }: z.output<typeof accessSchema>): Provider {
  if (kind !== "compatible") {
    if (apiKey === undefined) throw refused("apiKey", "enter the key: this provider asks for one");
    return { kind, apiKey, baseUrl: baseUrl ?? BASE_URLS[kind] };
  }
  if (baseUrl === undefined)
    throw refused("baseUrl", "enter the address of its API, such as https://models.example.com/v1");
  return { kind, baseUrl, apiKey };
}

/** What keeps a model from answering, as a refusal of ours. */
async function inWords<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ModelError) throw new AppError("precondition_failed", error.message, { model: error.code });
    throw error;
  }
}

async function orTaken<Value>(name: string, write: () => Promise<Value>): Promise<Value> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("conflict", `There is a model provider called "${name}" already. Choose another name.`, {
      issues: [{ field: "name", message: "another one has this name" }],
    });
  }
}

function refused(field: string, message: string): AppError {
  return new AppError("invalid_input", `${field}: ${message}`, { issues: [{ field, message }] });
}

function toView(row: {
  id: string;
  name: string;
  kind: string;
  baseUrl: string;
  model: string;
  sealed: string | null;
  createdAt: Date;
}): ModelProviderView {
  const { id, name, baseUrl, model, sealed, createdAt } = row;
  return { id, name, kind: row.kind as Provider["kind"], baseUrl, model, hasKey: sealed !== null, createdAt };
}

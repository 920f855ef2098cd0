"use server";

import {
  createModelProvider,
  findModels,
  listProviderModels,
  type ModelProviderView,
  type ModelTest,
  type NewModelProvider,
  removeModelProvider,
  testModelProvider,
  updateModelProvider,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";

const PAGE = "/settings/model-providers";

export type ProviderState = Outcome<ModelProviderView> | null;

/** Adds a provider, or changes the one that the form is of. An empty key leaves the stored one. */
export async function saveProvider(_before: ProviderState, form: FormData): Promise<ProviderState> {
  const { ctx } = await requireSession();
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const [id, baseUrl, apiKey] = [text("id"), text("baseUrl"), text("apiKey")];
  const words = {
    ...{ name: text("name"), model: text("model") },
    ...(baseUrl ? { baseUrl } : {}),
    ...(apiKey ? { apiKey } : {}),
  };
  return attempt(() =>
    id
      ? updateModelProvider({ ctx, input: { id, ...words } })
      : createModelProvider({ ctx, input: { ...words, kind: text("kind") as NewModelProvider["kind"] } }),
  );
}

/** Models to choose from: those of a stored provider, or of what was typed. Null where the provider does not say. */
export async function findProviderModels(input: {
  id?: string | undefined;
  kind: string;
  baseUrl: string;
  apiKey: string;
}): Promise<Outcome<{ id: string; title?: string }[] | null>> {
  const { ctx } = await requireSession();
  const { egress } = await runtime();
  const { id, kind, baseUrl, apiKey } = input;
  return attempt(() =>
    id
      ? listProviderModels({ ctx, input: { id }, egress })
      : findModels({
          ...{ ctx, egress },
          input: {
            kind: kind as NewModelProvider["kind"],
            ...(baseUrl ? { baseUrl } : {}),
            ...(apiKey ? { apiKey } : {}),
          },
        }),
  );
}

export async function testProvider(id: string): Promise<Outcome<ModelTest>> {
  const { ctx } = await requireSession();
  const { egress } = await runtime();
  return attempt(() => testModelProvider({ ctx, input: { id }, egress }));
}

export async function removeProvider(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => removeModelProvider({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath(PAGE);
  return outcome;
}

import { APICallError } from "@ai-sdk/provider";
import { z } from "zod";
import { ModelError, toModelError } from "./error.ts";
import type { ModelFetch, Provider } from "./types.ts";

const MODELS_MAX = 500;
const BODY_CHARS_MAX = 4 * 1024 * 1024;

export interface Model {
  id: string;
  title?: string;
}

const listSchema = z.object({ data: z.array(z.object({ id: z.string(), display_name: z.string().optional() })) });
const googleSchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      displayName: z.string().optional(),
      supportedGenerationMethods: z.array(z.string()).optional(),
    }),
  ),
});

/** Kinds of models that hold no conversation, by what OpenAI calls them. */
const NO_CHAT =
  /embedding|whisper|tts|dall-e|image|moderation|audio|realtime|transcribe|sora|davinci|babbage|instruct|search-api/;

/** The models of a provider that can be talked to; null where it does not say. Throws a `ModelError`. */
export async function listModels(
  provider: Provider,
  { fetch, signal }: { fetch: ModelFetch; signal?: AbortSignal },
): Promise<Model[] | null> {
  const { kind, baseUrl, apiKey = "" } = provider;
  const url = `${baseUrl.replace(/\/$/, "")}/models${kind === "anthropic" ? "?limit=1000" : kind === "google" ? "?pageSize=1000" : ""}`;
  const headers: Record<string, string> = {
    accept: "application/json",
    ...(apiKey === ""
      ? {}
      : kind === "anthropic"
        ? { "x-api-key": apiKey, "anthropic-version": "2023-06-01" }
        : kind === "google"
          ? { "x-goog-api-key": apiKey }
          : { authorization: `Bearer ${apiKey}` }),
  };
  try {
    const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
    const text = await response.text();
    // RFC 9110 §15.5.5, §15.5.6 and §15.6.2: there is no list here.
    if ([404, 405, 501].includes(response.status)) return null;
    if (!response.ok || text.length > BODY_CHARS_MAX)
      throw new APICallError({
        message: "The list of models was refused.",
        ...{ url, requestBodyValues: {}, statusCode: response.ok ? 502 : response.status, responseBody: text },
      });
    return read(provider, text).slice(0, MODELS_MAX);
  } catch (error) {
    throw toModelError(error, provider);
  }
}

function read({ kind }: Provider, text: string): Model[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAList();
  }
  if (kind === "google") {
    const parsed = googleSchema.safeParse(value);
    if (!parsed.success) throw notAList();
    return parsed.data.models
      .filter(({ supportedGenerationMethods: ways }) => ways?.includes("generateContent") ?? true)
      .map(({ name, displayName }) => ({
        id: name.replace(/^models\//, ""),
        ...(displayName ? { title: displayName } : {}),
      }));
  }
  const parsed = listSchema.safeParse(value);
  if (!parsed.success) throw notAList();
  const models = parsed.data.data.map(({ id, display_name: title }) => ({ id, ...(title ? { title } : {}) }));
  const chatting = kind === "openai" ? models.filter(({ id }) => !NO_CHAT.test(id)) : models;
  // Anthropic lists the newest first.
  return kind === "anthropic" ? chatting : chatting.sort((one, other) => one.id.localeCompare(other.id));
}

function notAList(): ModelError {
  return new ModelError(
    "bad_answer",
    "What came is no list of models. Check that the kind and the address are right; an OpenAI-compatible address often ends in /v1.",
  );
}

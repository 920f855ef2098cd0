import type { LanguageModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { ModelFetch, Provider, ProviderKind } from "./types.ts";

/** Where each provider is, unless somebody says otherwise. A compatible one is nowhere in particular. */
export const BASE_URLS: Readonly<Record<Exclude<ProviderKind, "compatible">, string>> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com/v1",
  google: "https://generativelanguage.googleapis.com/v1beta",
};

/** A key that opens nothing: the libraries look into the environment for one that is not there. */
const NO_KEY = "none";

/**
 * A model in its provider's own protocol. Address and key are always said: nothing is taken from the environment. Libraries are loaded when
 * somebody asks for the first time: most processes never do.
 */
export async function openModel(
  { kind, baseUrl, apiKey }: Provider,
  model: string,
  fetch: ModelFetch,
): Promise<LanguageModelV4> {
  const settings = { baseURL: baseUrl, apiKey: apiKey ?? NO_KEY, fetch };
  switch (kind) {
    case "openai":
      return (await import("@ai-sdk/openai")).createOpenAI(settings).responses(model);
    case "anthropic":
      return (await import("@ai-sdk/anthropic")).createAnthropic(settings)(model);
    case "google":
      return (await import("@ai-sdk/google")).createGoogle(settings)(model);
    case "compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      return createOpenAICompatible({
        ...{ name: "compatible", baseURL: baseUrl, fetch, includeUsage: true },
        ...(apiKey === undefined ? {} : { apiKey }),
      })(model);
    }
  }
}

/** What is asked of a provider with every step: OpenAI keeps a conversation for a month unless it is told not to. */
export const STEP_OPTIONS: SharedV4ProviderOptions = { openai: { store: false } };

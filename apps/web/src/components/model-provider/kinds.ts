import type { ModelProviderView } from "@portico/services";

type Kind = ModelProviderView["kind"];

/** Whose protocol a provider speaks, as people call it. */
export const KIND_LABELS: Record<Kind, string> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  google: "Google (Gemini)",
  compatible: "OpenAI-compatible",
};

/** Where each is unless somebody says otherwise. */
export const USUAL_ADDRESSES: Record<Kind, string> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com/v1",
  google: "https://generativelanguage.googleapis.com/v1beta",
  compatible: "https://models.example.com/v1",
};

import type { SharedV4ProviderOptions } from "@ai-sdk/provider";

/** Whose protocol is spoken. */
export const PROVIDER_KINDS = ["openai", "anthropic", "google", "compatible"] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** Where models are, and what opens them. */
export interface Provider {
  kind: ProviderKind;
  baseUrl: string;
  /** Absent for a server of one's own that asks for none. */
  apiKey?: string | undefined;
}

/** The way out: guarded, and its response can be read as it comes. */
export type ModelFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface ModelTool {
  name: string;
  description: string;
  inputSchema: object;
}

/** What a provider wants back with a part that it gave, as it gave it. Nobody else reads it. */
export type Carried = SharedV4ProviderOptions;

/** What a model said, in the order in which it did. */
export type Part =
  | { type: "text"; text: string; carried?: Carried | undefined }
  | { type: "thought"; text: string; carried?: Carried | undefined }
  | { type: "call"; id: string; tool: string; arguments: Record<string, unknown>; carried?: Carried | undefined };

export type Message =
  | { role: "user"; text: string }
  | { role: "assistant"; parts: Part[] }
  | { role: "tool"; callId: string; tool: string; text: string; isError: boolean };

export interface TokenUsage {
  input: number;
  output: number;
}

/** Why a model stopped: it was done, it wants calls answered, it ran into a limit, or its provider held it back. */
export type StopReason = "done" | "calls" | "length" | "filtered";

export type StepEvent =
  | { type: "text"; text: string }
  | { type: "end"; parts: Part[]; usage: TokenUsage; reason: StopReason };

export interface StepInput {
  provider: Provider;
  model: string;
  system?: string | undefined;
  messages: readonly Message[];
  tools?: readonly ModelTool[];
  /** Tokens of the answer. */
  tokensMax: number;
  fetch: ModelFetch;
  signal?: AbortSignal | undefined;
}

import { APICallError, InvalidResponseDataError, JSONParseError, TypeValidationError } from "@ai-sdk/provider";
import { maskSecrets, UpstreamError } from "@portico/upstream";
import type { Provider } from "./types.ts";

export type ModelErrorCode =
  /** The key is refused, or may not use this. */
  | "key"
  /** Too many requests at once. */
  | "busy"
  /** The account has no credit left. */
  | "credit"
  /** More than the model can read. */
  | "too_long"
  | "no_tools"
  | "no_model"
  /** The provider did not like the request for another reason. */
  | "refused"
  /** The provider has trouble of its own. */
  | "down"
  | "unreachable"
  | "blocked"
  | "timeout"
  | "cancelled"
  /** What came is no answer of a model. */
  | "bad_answer";

/** Why a model did not answer, and what to do about it, for people. Never holds a key. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  constructor(code: ModelErrorCode, message: string) {
    super(message);
    this.name = "ModelError";
    this.code = code;
  }
}

const WORDS_MAX = 300;

/** Whatever a library or the network threw, as one of ours. */
export function toModelError(error: unknown, { baseUrl, apiKey }: Provider, model?: string): ModelError {
  if (error instanceof ModelError) return error;
  const host = hostOf(baseUrl);
  const chain = causesOf(error);
  const upstream = chain.find((cause) => cause instanceof UpstreamError);
  if (upstream instanceof UpstreamError) return fromNetwork(upstream, host);
  const refusal = chain.find((cause) => APICallError.isInstance(cause));
  if (APICallError.isInstance(refusal) && refusal.statusCode !== undefined && refusal.statusCode >= 300)
    return fromStatus(refusal.statusCode, maskSecrets(wordsOf(refusal), apiKey ? [apiKey] : []), host, model);
  if (chain.some((cause) => cause instanceof Error && cause.name === "AbortError"))
    return new ModelError("cancelled", "It was stopped.");
  const isGarbled = chain.some(
    (cause) =>
      APICallError.isInstance(cause) ||
      JSONParseError.isInstance(cause) ||
      TypeValidationError.isInstance(cause) ||
      InvalidResponseDataError.isInstance(cause),
  );
  if (isGarbled)
    return new ModelError(
      "bad_answer",
      `What ${host} answered is not what a model provider of this kind answers. Check that the kind and the address are right.`,
    );
  const said = streamedWords(error);
  if (said) return fromStatus(said.status, maskSecrets(said.text, apiKey ? [apiKey] : []), host, model);
  return new ModelError(
    "bad_answer",
    `The answer of ${host} could not be read. Try again; if it stays so, try another model.`,
  );
}

function fromNetwork({ code, message }: UpstreamError, host: string): ModelError {
  switch (code) {
    case "blocked":
      return new ModelError(
        "blocked",
        `${host} was not asked: ${lowerFirst(message)} Whoever runs Portico can allow its network with PORTICO_EGRESS_ALLOW.`,
      );
    case "timeout":
      return new ModelError("timeout", `${host} was silent for too long. Try again, or take a faster model.`);
    case "cancelled":
      return new ModelError("cancelled", "It was stopped.");
    case "too_large":
      return new ModelError("bad_answer", `What ${host} answered is too large.`);
    case "bad_answer":
      return new ModelError("bad_answer", `${host} broke off in the middle of its answer. Try again.`);
    default:
      return new ModelError("unreachable", `${host} could not be reached: ${lowerFirst(message)} Check the address.`);
  }
}

const TOO_LONG =
  /context.{0,20}(length|window|size)|maximum.{0,30}tokens|too many (input )?tokens|prompt is too long|input token count|too long|exceeds? the (max|limit|available context)/i;
const NO_TOOLS =
  /(tools?|function.?call(ing|s)?)\b.{0,60}(not|n't|un)\s?(supported|support|available|enabled)|(not|n't) support.{0,40}(tool|function)|enable-auto-tool-choice|no endpoints found that support tool/i;
const NO_CREDIT = /insufficient_quota|exceeded your current quota|credit balance|billing|payment/i;
const NO_MODEL =
  /model.{0,80}(not found|does not exist|not exist|unknown|not available)|(unknown|no such) model|not_found_error/i;
const WRONG_KEY = /api.?key.{0,20}(not valid|invalid|incorrect)|(invalid|incorrect).{0,20}api.?key/i;

function fromStatus(status: number, words: string, host: string, model?: string): ModelError {
  const theModel = model ? `the model ${model}` : "this model";
  const quoted = words === "" ? "" : ` It says: ${words}`;
  if (status === 401 || WRONG_KEY.test(words))
    // Some repeat a part of the key.
    return new ModelError(
      "key",
      `${host} does not accept the key. Check it there; an admin can enter another one under Model providers.`,
    );
  if (status === 402 || NO_CREDIT.test(words))
    return new ModelError(
      "credit",
      `The account at ${host} has no credit left, or its quota is used up for now: for the minute, the day or the month. Whoever pays for it can see which there.`,
    );
  if (status === 403)
    return new ModelError(
      "key",
      `${host} does not let this key do that: it may not use ${theModel}, or not from here.`,
    );
  if (status === 429)
    return new ModelError(
      "busy",
      `${host} has had too many requests, or too many tokens, from this key in a short time. Wait a minute, then try again.${quoted}`,
    );
  if (status === 413 || TOO_LONG.test(words))
    return new ModelError(
      "too_long",
      `It is more than ${theModel} can read at once: the tools, the conversation and the answers together. Start a new chat, offer fewer tools, shape their answers, or take a model that reads more.`,
    );
  if (NO_TOOLS.test(words))
    return new ModelError("no_tools", `${capital(theModel)} cannot call tools. Choose one that can.`);
  if (status === 404 || NO_MODEL.test(words))
    return new ModelError(
      "no_model",
      `${host} knows nothing of ${theModel}, or the address is not where its models are. Choose another model, or check the address.`,
    );
  if (status >= 500)
    return new ModelError("down", `${host} has trouble of its own (${status}). Try again in a minute.${quoted}`);
  if (status >= 300 && status < 400)
    return new ModelError(
      "refused",
      `${host} sends requests elsewhere (${status}). Enter the address that it sends to.`,
    );
  return new ModelError("refused", `${host} did not take the request (${status}).${quoted}`);
}

/** What a provider said of its refusal, in one line. */
function wordsOf({ responseBody = "", message }: { responseBody?: string | undefined; message: string }): string {
  const found = messageIn(parse(responseBody));
  return oneLine(found ?? (responseBody.trimStart().startsWith("<") ? "" : responseBody || message));
}

/** An error that came in the middle of a stream, which had begun with 200. */
function streamedWords(error: unknown): { status: number; text: string } | undefined {
  const value = typeof error === "string" ? { message: error } : error;
  const text = messageIn(value);
  if (text === undefined || value instanceof TypeError) return undefined;
  const kind = JSON.stringify(value) ?? "";
  const status = /overloaded|server_error|api_error/i.test(kind) ? 503 : /rate_limit/i.test(kind) ? 429 : 400;
  return { status, text: oneLine(text) };
}

function messageIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return messageIn(value[0]);
  if (typeof value !== "object" || value === null) return undefined;
  const { error, message, detail } = value as Record<string, unknown>;
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null) {
    const { code, type } = error as Record<string, unknown>;
    const kind = [code, type].find((word) => typeof word === "string" && /quota|not_found/.test(word));
    return [messageIn(error), ...(kind ? [`(${String(kind)})`] : [])].filter(Boolean).join(" ") || undefined;
  }
  return [message, detail].find((word) => typeof word === "string");
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let cause: unknown = error; cause instanceof Error && chain.length < 6; cause = cause.cause) chain.push(cause);
  return chain;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > WORDS_MAX ? `${line.slice(0, WORDS_MAX).toWellFormed()}…` : line;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "The provider";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

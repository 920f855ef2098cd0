import { type AnswerShape, estimateTokens } from "@portico/openapi";
import {
  type AnswerField,
  answerTree,
  maskSecrets,
  runExpression,
  suggestShape,
  type ToolResult,
  type UpstreamResponse,
} from "@portico/upstream";

/** Characters of an answer that are shown; who wants all of it has the curl line. */
const SHOWN_CHARS_MAX = 200_000;
/** Sign-ins of the API's own; nobody needs to see them. */
const HIDDEN_HEADERS = new Set(["set-cookie", "set-cookie2", "authentication-info", "proxy-authenticate"]);

/** An answer of the API as it came, with the secrets of the request hidden. */
export interface ShownAnswer {
  status: number;
  contentType: string;
  headers: Record<string, string>;
  /** As text, up to a limit; empty for bytes that are none. */
  body: string;
  bytes: number;
  /** Not all of it is here. */
  isCut: boolean;
  /** Where it came from, when not from the API. */
  from?: "sample" | "document" | "schema";
}

/** An answer beside what a model gets of it. */
export interface AnswerView {
  tokens: { raw: number; shaped: number };
  /** Its fields, when it is JSON. */
  tree?: AnswerField;
  /** A sensible first shape, where one would help. */
  suggestion?: AnswerShape;
}

export function showAnswer(
  { status, headers, body, bytes, truncated }: UpstreamResponse,
  secrets: readonly string[],
  from?: ShownAnswer["from"],
): ShownAnswer {
  const contentType = headers["content-type"] ?? "";
  const text = isText(contentType, body) ? maskSecrets(new TextDecoder().decode(body), secrets) : "";
  const shown = Object.entries(headers).filter(([name]) => !HIDDEN_HEADERS.has(name));
  return {
    status,
    contentType,
    headers: Object.fromEntries(shown.map(([name, value]) => [name, maskSecrets(value, secrets)])),
    body: text.slice(0, SHOWN_CHARS_MAX).toWellFormed(),
    bytes,
    isCut: truncated || text.length > SHOWN_CHARS_MAX,
    ...(from ? { from } : {}),
  };
}

/** What an answer costs a model as it came, and as it is shaped; with the fields to choose from: its own, or those of an expression's result. */
export function viewAnswer({ body, status, isCut }: ShownAnswer, result: ToolResult, expression?: string): AnswerView {
  const tokens = { raw: estimateTokens(body), shaped: tokensOf(result) };
  const came = status < 300 && !isCut ? jsonOf(body) : undefined;
  const value = expression === undefined || came === undefined ? came : resultOf(expression, came, body.length);
  if (value === undefined || typeof value !== "object" || value === null) return { tokens };
  const suggestion = suggestShape(value);
  return { tokens, tree: answerTree(value), ...(suggestion ? { suggestion } : {}) };
}

function resultOf(expression: string, value: unknown, chars: number): unknown {
  const found = runExpression(expression, value, chars);
  return "value" in found ? found.value : undefined;
}

/** What a result costs a model. */
export function tokensOf({ content }: ToolResult): number {
  return content.reduce((sum, block) => sum + (block.type === "text" ? estimateTokens(block.text) : 0), 0);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isText(contentType: string, body: Uint8Array): boolean {
  if (/^(text\/|application\/(.*\+)?(json|xml|x-ndjson|jsonl|yaml|x-www-form-urlencoded))/i.test(contentType))
    return true;
  return contentType === "" && !body.subarray(0, 1_000).includes(0);
}

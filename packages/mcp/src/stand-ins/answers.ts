import type {
  ClientIdentity,
  NeedsReplies,
  ReadResource,
  Reply,
  ResourceContents,
  ServedVersion,
  ToolResult,
} from "../contract.ts";
import { fillPrompt } from "../prompts.ts";
import { parsePersonReply } from "../replies.ts";
import { contentsOf, resourceEntry } from "../resources.ts";
import { READ_CHARS_MAX, type StandInKind } from "./stand-ins.ts";
import { searchTexts } from "./texts.ts";

const ARGUMENTS = "arguments";
/** About 15,000 tokens of a list. */
const LIST_CHARS_MAX = 60_000;

interface StandInCall {
  kind: StandInKind;
  /** They fit the stand-in's schema. */
  args: Record<string, unknown>;
  version: ServedVersion;
  client: ClientIdentity;
  /** What was answered to questions about this very call. */
  replies: Readonly<Record<string, Reply>>;
  read: ReadResource;
}

/** What a tool answers that stands in for a method of MCP: the same that the method would, for a model. */
export async function answerStandIn(call: StandInCall): Promise<ToolResult | NeedsReplies> {
  const { prompts = [], resources = [], resourceTemplates = [] } = call.version;
  if (call.kind === "list_prompts") {
    // A model has no completion: it sees the values themselves.
    return answer(listOf({ prompts: prompts.map(({ messages: _messages, ...entry }) => entry) }));
  }
  if (call.kind === "list_resources") {
    return answer(listOf({ resources: resources.map(resourceEntry), templates: resourceTemplates }));
  }
  if (call.kind === "read_answer") return readAnswer(call);
  if (call.kind === "search_texts") return searchTexts(call.version.resources, call.args);
  return call.kind === "get_prompt" ? getPrompt(call) : readResource(call);
}

const FOUND_MAX = 20;
const AROUND_CHARS = 150;
/** Kept answers are at addresses of this form; nothing else is read here. */
const KEPT = /^https?:\/\/[^/]+\/files\/[\w-]+$/;

/** Part of an answer that was kept for this very caller. */
async function readAnswer({ args, client, read }: StandInCall): Promise<ToolResult> {
  const url = String(args.url);
  const contents = KEPT.test(url) ? await read(url, client) : undefined;
  if (!contents || "problem" in contents)
    return failed(
      "There is no answer at this address, or no longer: they are kept for 15 minutes, for who asked. Call the tool again that gave it.",
    );
  if (!("text" in contents)) return failed(`The answer is a file (${contents.mimeType}), and has no text to read.`);
  const { text } = contents;
  // What a client was shown of the schema may not have had the limits.
  const from = Math.min(Math.max(0, Number(args.from ?? 0)), text.length);
  if (typeof args.search === "string" && args.search !== "") return answer(placesOf(text, args.search, from));
  const end = Math.min(text.length, from + Math.min(Math.max(1, Number(args.chars ?? READ_CHARS_MAX)), READ_CHARS_MAX));
  const rest = end < text.length ? ` Go on with from: ${end}.` : " This is the end.";
  return {
    content: [
      { type: "text", text: text.slice(from, end).toWellFormed() },
      { type: "text", text: `Characters ${from} to ${end} of ${text.length}.${rest}` },
    ],
  };
}

/** Each place where a text stands, in whatever case, with what is around it. */
function placesOf(text: string, wanted: string, from: number): string {
  const within = text.toLowerCase();
  const sought = wanted.toLowerCase();
  const places: string[] = [];
  let at = within.indexOf(sought, from);
  while (at !== -1 && places.length < FOUND_MAX) {
    const start = Math.max(0, at - AROUND_CHARS);
    const end = Math.min(text.length, at + sought.length + AROUND_CHARS);
    places.push(`At ${at}: …${text.slice(start, end).toWellFormed()}…`);
    at = within.indexOf(sought, end);
  }
  if (places.length === 0)
    return `${JSON.stringify(wanted.slice(0, 100))} does not stand in the ${text.length} characters from ${from} on.`;
  return [...places, ...(at === -1 ? [] : [`There are more; go on with from: ${at}.`])].join("\n");
}

/** As many entries as fit, and how many do not. */
function listOf(lists: Record<string, readonly object[]>): string {
  let chars = 0;
  let leftOut = 0;
  const shown = Object.entries(lists).flatMap(([name, entries]) => {
    const fitting = entries.filter((entry) => {
      const length = JSON.stringify(entry).length;
      const fits = chars + length <= LIST_CHARS_MAX;
      if (fits) chars += length;
      else leftOut++;
      return fits;
    });
    return fitting.length > 0 ? [[name, fitting]] : [];
  });
  return JSON.stringify({ ...Object.fromEntries(shown), ...(leftOut > 0 ? { leftOut } : {}) });
}

/** What was left out is asked of the person, as prompts/get does it. */
function getPrompt({ args, version, replies }: StandInCall): ToolResult | NeedsReplies {
  const prompts = version.prompts ?? [];
  const prompt = prompts.find(({ name }) => name === args.name);
  if (!prompt)
    return failed(`There is no prompt of this name. There are ${prompts.map(({ name }) => name).join(", ")}.`);
  const reply = Object.hasOwn(replies, ARGUMENTS) ? parsePersonReply(replies[ARGUMENTS]) : undefined;
  const filled = fillPrompt(prompt, args.arguments, reply);
  if ("messages" in filled) return { content: filled.messages.flatMap(toBlocks) };
  const otherwise = failed(`${filled.problem}.`);
  return filled.question ? { questions: { [ARGUMENTS]: filled.question }, otherwise } : otherwise;
}

/** One message of a prompt as content of a result; who speaks is said where it is not the person. */
function toBlocks(message: unknown): unknown[] {
  const { role, content } = message as { role: string; content: unknown };
  return role === "user" ? [content] : [{ type: "text", text: `(as the ${role}:)` }, content];
}

async function readResource({ args, version, client, read }: StandInCall): Promise<ToolResult> {
  const uri = String(args.uri);
  const own = version.resources?.find((one) => one.uri === uri);
  const contents = contentsOf(own) ?? (await read(uri, client));
  if (!contents) return failed(`There is no resource ${JSON.stringify(uri.slice(0, 200))} to read. List them first.`);
  return "problem" in contents ? failed(contents.problem) : { content: [toBlock(contents)] };
}

/** Pictures and sounds as models take them, other bytes as a resource inside the result. */
function toBlock(contents: ResourceContents): object {
  if ("text" in contents) return { type: "text", text: contents.text };
  const [kind = ""] = contents.mimeType.split("/");
  if (kind === "image" || kind === "audio") return { type: kind, data: contents.blob, mimeType: contents.mimeType };
  return { type: "resource", resource: contents };
}

function answer(text: string): ToolResult {
  return { content: [{ type: "text", text }] };
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

import { asObject } from "../json.ts";
import { flatSchema } from "../parameters/values.ts";
import { cleanText } from "../transform/text.ts";
import type { JsonObject, JsonSchema, Tool } from "../types.ts";
import { type Finding, findingOf, keyOf } from "./finding.ts";

/** Where a text stands: what is a sign in the description of a tool may belong into a prompt, or into a page. */
export type Place = "prompt" | "page";

/** What an instruction to a model looks like that describes no API, and what it is called to a person. */
const SIGNS: readonly (readonly [RegExp, string, Place?])[] = [
  [
    /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|preceding|all|any|other|your|system|safety)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|messages?|directions?|guidelines?|context|training)\b/i,
    "tells the model to ignore what it was told",
  ],
  [
    /\b(?:ignore|disregard|forget|bypass)\b[^.\n]{0,20}\b(?:instructions?|prompts?|rules|directions|guidelines)\b[^.\n]{0,20}\b(?:above|before|so far|until now|you (?:were|have been) given)\b/i,
    "tells the model to ignore what it was told",
  ],
  [
    /\b(?:do not|don't|never|without)\b[^.\n]{0,30}\b(?:tell|telling|inform|informing|mention|mentioning|reveal|revealing|show|showing|notify|notifying|ask|asking|alert)\b[^.\n]{0,20}\b(?:the )?(?:user|person|human)\b/i,
    "tells the model to keep something from the person",
  ],
  [
    /\b(?:you (?:are|must act as|will act as)|act as|pretend (?:to be|you are))\b[^.\n]{0,30}\b(?:an? )?(?:ai|assistant|language model|jailbroken|unrestricted|developer mode|dan)\b/i,
    "tells the model who to be",
    "prompt",
  ],
  [
    /\b(?:system prompt|hidden instructions?|secret instructions?|developer message|jailbreak)\b/i,
    "speaks of the model's own instructions",
  ],
  [
    /<\/?(?:important|system|secret|instructions?|hidden|assistant|user_query|admin)\b[^>]{0,40}>|<\|[a-z_]{2,20}\|>|\[\/?INST\]|<<\/?SYS>>|^\s*#{1,6}\s*(?:system|instructions?|important)\b\s*:?$/im,
    "has marks that models take for orders of their own side",
    "prompt",
  ],
  [
    /\b(?:before|prior to|after|whenever|each time|every time|when)\b[^.\n]{0,40}\b(?:using|calling|invoking|running|use|call|invoke|run)\b[^.\n]{0,40}\b(?:this|any|other|another|the) (?:other )?tools?\b[^.\n]{0,80}\b(?:read|send|include|pass|copy|attach|forward|append|upload|fetch|open|provide)\b[^.\n]{0,80}\b(?:files?|keys?|tokens?|passwords?|credentials?|secrets?|history|conversation|contents?|environment|config\w*|messages?)\b/i,
    "has the model fetch or send something beside the call",
  ],
  [
    /\b(?:send|post|forward|upload|exfiltrate|leak|transmit|email|bcc|copy)\b[^.\n]{0,60}\b(?:conversation|chat history|previous messages?|system prompt|api keys?|passwords?|credentials?|secrets?|private keys?|environment variables?|ssh keys?|cookies?)\b[^.\n]{0,80}(?:https?:\/\/|\bto\b[^.\n]{0,20}@|\bto (?:this|the following|my|our|attacker))/i,
    "has the model send out what is none of the API's business",
  ],
  [
    /(?:~|\/home\/\w+|\/root|%userprofile%)\/\.(?:ssh|aws|cursor|config|env|netrc|gnupg)\b|\bid_rsa\b|\/etc\/(?:passwd|shadow)\b/i,
    "names a place where secrets are kept",
  ],
  [
    /\b(?:this (?:tool|operation|function)) (?:must|should|has to) (?:always )?be (?:called|used|invoked|run|preferred) (?:first|before|instead|over|for every|whatever|always)\b|\balways (?:call|use|invoke|prefer|run) this (?:tool|operation|function|server)\b|\b(?:instead of|rather than|never use|do not use) (?:any |all |the )?other (?:tools?|servers?)\b/i,
    "pushes itself before other tools",
  ],
  [/<!--[\s\S]{0,2000}?(?:-->|$)/, "has a comment that people do not see"],
  [/!\[[^\]]{0,200}\]\(\s*https?:\/\/[^)]*[?&][^)]*[{$<]/i, "has a picture whose address carries data out"],
  [/\bjavascript:|data:text\/html|<\s*(?:script|iframe|img|svg|object|embed|form)\b/i, "has active markup", "page"],
  [/\\u001b\[|\\x1b\[/i, "has control codes of a terminal"],
];

const TEXT_CHARS_MAX = 20_000;
/** What lies across the end of a piece is in the next one, too. */
const OVERLAP_CHARS = 2_000;

/** What a text has that is not for the person who reads it, in words; undefined for all that is as it should be. */
export function suspicionOf(text: string, place?: Place): string | undefined {
  const head = text.slice(0, TEXT_CHARS_MAX);
  if (cleanText(head) !== head.replace(/\r\n?/g, "\n")) return "has characters that nobody sees";
  return SIGNS.find(([pattern, , except]) => (except === undefined || except !== place) && pattern.test(head))?.[1];
}

/** The same of a text of any length. */
export function suspicionOfAll(text: string, place?: Place): string | undefined {
  for (let at = 0; at === 0 || at + OVERLAP_CHARS < text.length; at += TEXT_CHARS_MAX - OVERLAP_CHARS) {
    const suspicion = suspicionOf(text.slice(at, at + TEXT_CHARS_MAX), place);
    if (suspicion !== undefined) return suspicion;
  }
  return undefined;
}

/** Text of tools that speaks to the model in the place of their builder. */
export function lintTexts(tools: readonly Tool[]): Finding[] {
  // Tools of one document say the same of many parameters.
  const read = new Map<string, string | undefined>();
  return tools.flatMap((tool) =>
    lintText(tool, (text) => {
      if (!read.has(text)) read.set(text, suspicionOf(text));
      return read.get(text);
    }),
  );
}

function lintText(tool: Tool, suspicionOf: (text: string) => string | undefined): Finding[] {
  const { operation, description, title, name, inputSchema } = tool;
  const found: Finding[] = [];
  const own = suspicionOf(description) ?? (title === undefined ? undefined : suspicionOf(title));
  if (own !== undefined || suspicionOf(name.replaceAll("_", " ")) !== undefined) {
    const left = withoutSuspicion(description);
    const isTitle = suspicionOf(description) === undefined && title !== undefined;
    const patch = isTitle ? { title: name } : { description: left === "" ? operation : left };
    found.push(
      findingOf("suspicious-text", "error", {
        operation,
        message: `Its ${isTitle ? "title" : "description"} ${own ?? "has a name that is an order"}.`,
        fix: { words: isTitle ? "Take its name for its title" : "Take these sentences out", patch },
      }),
    );
  }
  for (const argument of Object.keys(asObject(inputSchema.properties))) {
    const parameter = keyOf(tool, argument);
    const { description: text } = flatSchema(inputSchema, argument);
    const said = typeof text === "string" ? text : "";
    const suspicion = suspicionOf(said);
    const inside = suspicion ?? suspicionInside(asObject(asObject(inputSchema.properties)[argument]), inputSchema);
    if (inside === undefined) continue;
    const left = withoutSuspicion(said);
    found.push(
      findingOf("suspicious-text", "error", {
        ...{ operation, parameter },
        message: `What is said of “${argument}” ${inside}.`,
        ...(suspicion === undefined
          ? {}
          : {
              fix: {
                words: "Take these sentences out",
                patch: { parameters: { [parameter]: { description: left === "" ? argument : left } } },
              },
            }),
      }),
    );
  }
  return found;
}

/** The sentences that have nothing suspicious. */
function withoutSuspicion(text: string): string {
  const plain = cleanText(text).replace(/<!--[\s\S]*?(?:-->|$)/g, " ");
  const left = plain
    .split("\n")
    .map((line) =>
      line
        .split(/(?<=[.!?])\s+/)
        .filter((sentence) => suspicionOf(sentence) === undefined)
        .join(" "),
    )
    .join("\n");
  // A sign may lie across sentences.
  return suspicionOf(left) === undefined
    ? left
        .replace(/[ \t]+/g, " ")
        .replace(/\n{2,}/g, "\n")
        .trim()
    : "";
}

const DEFINITIONS_MAX = 2_000;

interface Read {
  suspicion: string | undefined;
  /** Names of the definitions that it leads to. */
  refs: readonly string[];
}

/** Tools share their parts, and nobody changes one: each is read once. */
const known = new WeakMap<object, Read>();

/** What is suspicious in a schema, or in a definition that it leads to. */
function suspicionInside(schema: JsonObject, { $defs }: JsonSchema): string | undefined {
  const queue = [schema];
  const seen = new Set<string>();
  for (let at = 0; at < queue.length && at < DEFINITIONS_MAX; at++) {
    const { suspicion, refs } = readTexts(queue[at] as JsonObject);
    if (suspicion !== undefined) return suspicion;
    for (const name of refs) {
      if (seen.has(name)) continue;
      seen.add(name);
      queue.push(asObject(asObject($defs)[name]));
    }
  }
  return undefined;
}

function readTexts(schema: JsonObject): Read {
  const before = known.get(schema);
  if (before) return before;
  const texts: string[] = [];
  const refs: string[] = [];
  const stack: unknown[] = [schema];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (typeof node === "string") {
      if (node.startsWith("#/$defs/")) refs.push(node.slice("#/$defs/".length));
      else texts.push(node);
    } else if (node !== null && typeof node === "object") {
      for (const [key, value] of Object.entries(node)) stack.push(key, value ?? null);
    }
  }
  const read = { suspicion: suspicionOf(texts.join("\n")), refs };
  known.set(schema, read);
  return read;
}

import type { Override, Tool } from "../types.ts";

export type LintCode =
  | "name-without-verb"
  | "similar-names"
  | "same-description"
  | "description-missing"
  | "description-short"
  | "no-when-to-use"
  | "description-long"
  | "unbounded-list"
  | "undescribed-parameter"
  | "unexplained-values"
  | "destroys-unasked"
  | "large-tool"
  | "too-many-tools"
  | "too-many-tokens"
  | "suspicious-text"
  | "offer-undescribed"
  | "offer-argument-undescribed";

/** Something about a tool, or all of them, that makes models choose badly or people trust wrongly. */
export interface Finding {
  /** The same for the same thing, as long as it is there. */
  id: string;
  code: LintCode;
  severity: "info" | "warning" | "error";
  /** Absent: it is about the server as a whole. */
  operation?: string;
  /** Something of the server's own that it is about, where that is not a tool of its document: a tool of several calls by its name, a prompt by its name, a resource by its address. */
  item?: OfferedItem;
  /** The key of the parameter that it is about, or the name of an argument. */
  parameter?: string;
  /** Needs no developer to be understood. */
  message: string;
  why: string;
  /** What to merge into the tool's edit, and what that does, in words. */
  fix?: { words: string; patch: Omit<Override, "operation"> };
}

export interface OfferedItem {
  list: "composedTools" | "prompts" | "resources";
  key: string;
}

/** What a client takes. */
export interface ClientLimit {
  label: string;
  toolsMax: number;
}

export interface LintOptions {
  clientLimits?: readonly ClientLimit[];
  /** Tokens that a list of all tools may have. */
  listTokensMax?: number;
}

const WHY: Record<LintCode, string> = {
  "name-without-verb":
    "A model reads the name first. A verb says what the tool does: get, list, create, update, delete.",
  "similar-names": "A model that has to choose between two names that look alike takes the wrong one now and then.",
  "same-description": "Where descriptions say the same, a model has nothing to choose by.",
  "description-missing": "Without a description a model guesses from the name what the tool is for.",
  "description-short": "A few words leave open what the tool gives and when it is the right one.",
  "no-when-to-use": "A sentence that begins with “Use it when” is what models choose by most surely.",
  "description-long": "Every client sends all descriptions with every question. What is at the end is read least.",
  "unbounded-list": "A list without an end fills the memory of a conversation, is slow, and is cut off in the middle.",
  "undescribed-parameter": "A model fills in what it does not understand with a guess.",
  "unexplained-values": "Short codes mean something to your API only. A model picks one at random.",
  "destroys-unasked": "A model may be talked into deleting. A person who is asked first sees what is about to go.",
  "large-tool": "One tool takes the room of many. Hide what nobody fills in, and shorten what is said of the rest.",
  "too-many-tools": "A client leaves out what is over its limit, and says nothing of it.",
  "too-many-tokens":
    "The list goes along with every question: it costs money, and leaves less room for the work itself.",
  "suspicious-text":
    "Text in a tool is read by the model as if you had written it. Whoever wrote the document can steer it there.",
  "offer-undescribed": "People find prompts and resources in a menu of their client, and choose by what is said there.",
  "offer-argument-undescribed":
    "Whoever picks a prompt is asked for its arguments, and sees no more than what is said of them.",
};

/** A finding of a tool. */
export function findingOf(
  code: LintCode,
  severity: Finding["severity"],
  { operation, item, parameter, message, fix }: Pick<Finding, "operation" | "item" | "parameter" | "message" | "fix">,
): Finding {
  return {
    id: [code, operation, ...(item ? [item.list, item.key] : []), parameter]
      .filter((part) => part !== undefined)
      .join(" "),
    code,
    severity,
    ...(operation === undefined ? {} : { operation }),
    ...(item ? { item } : {}),
    ...(parameter === undefined ? {} : { parameter }),
    message,
    why: WHY[code],
    ...(fix ? { fix } : {}),
  };
}

/** The key of an argument that a model knows by this name. */
export function keyOf({ renamed = {} }: Pick<Tool, "renamed">, name: string): string {
  return Object.keys(renamed).find((key) => renamed[key] === name) ?? name;
}

import { type CallTool, type NeedsReplies, parsePersonReply, type Reply, type ToolResult } from "@portico/mcp";
import { type Dialect, type FormField, formFieldOf, shownInput, type Tool } from "@portico/openapi";
import { type Person, type Validate, withDefaults } from "@portico/upstream";

const KEY = "confirm";
const ARGUMENTS_CHARS_MAX = 1_000;
const NAMED_MAX = 3;

type Arguments = Record<string, unknown>;

/** A call on its way to the API, with what it is held to. */
export interface PersonalCall {
  tool: Tool;
  /** Names the tool's schema to the validator. */
  toolId: string;
  args: unknown;
}

interface Asking extends PersonalCall {
  /** What is known of who calls. */
  person: Person;
  dialect: Dialect;
  validate: Validate;
  /** What was answered to questions about this very call. */
  replies: Readonly<Record<string, Reply>>;
  canAsk: Parameters<CallTool>[0]["canAsk"];
}

/** One argument that is asked for, in the form and for the call. */
interface Field extends FormField {
  name: string;
  isRequired: boolean;
}

/**
 * What a call needs of a person: a yes where the tool asks first, and the marked arguments that the model left out, in one form. Gives the
 * question, what the model is told of a no, or the call as it may go out.
 */
export function askPerson(asking: Asking): NeedsReplies | { declined: string } | PersonalCall {
  const { tool, toolId, dialect, validate, replies } = asking;
  if (!tool.askFirst && !tool.askFor) return { tool, toolId, args: asking.args };
  const shown = tool.askFor ? { tool: { ...tool, inputSchema: shownInput(tool) }, toolId: `${toolId}/shown` } : asking;
  const checked = validate(shown.toolId, shown.tool.inputSchema, asking.args, dialect);
  // Nobody is asked about a call that cannot be made, and the model is not told to make up what a person is asked for.
  if (!checked.ok) return { tool: shown.tool, toolId: shown.toolId, args: asking.args };
  // What is sent for what the model left out is part of what a person says yes to.
  const filled = withDefaults(tool.plan, checked.args, asking.person);
  if ("problem" in filled) return { tool, toolId, args: checked.args };
  const { args } = filled;
  const fields = missingFields(tool, args);
  if (!tool.askFirst && !isWorthAsking(fields, asking)) return { tool, toolId, args };
  const reply = Object.hasOwn(replies, KEY) ? parsePersonReply(replies[KEY]) : undefined;
  if (!reply) return questionOf(tool, args, fields);
  if (reply.action !== "accept") return { declined: declineOf(reply.action) };
  const given = valuesOf(fields, reply.content ?? {});
  const answered = validate(`${toolId}/asked`, askedInput(tool), given, "full");
  if (!answered.ok) {
    const wrong = new Set(answered.problems.map(({ argument }) => argument));
    const kept = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
    return questionOf(tool, args, fields, { problems: answered.problems.map(({ message }) => message), kept });
  }
  const values = { ...args, ...answered.args };
  const left = missingFields(tool, values).filter(({ isRequired }) => isRequired);
  if (left.length === 0) return { tool, toolId, args: values };
  return questionOf(tool, args, fields, { problems: left.map(({ name }) => `"${name}" is needed.`), kept: given });
}

/** What the API can do without is not worth refusing a call for, where no form can be shown. */
function isWorthAsking(fields: readonly Field[], { canAsk }: Asking): boolean {
  return fields.some(({ isRequired }) => isRequired) || (fields.length > 0 && canAsk("elicitation/create"));
}

/** The marked arguments that a call does not have. */
function missingFields({ inputSchema, askFor = [] }: Tool, args: Arguments): Field[] {
  const { required = [], dependentRequired = {} } = inputSchema as {
    required?: string[];
    dependentRequired?: Record<string, string[]>;
  };
  const together = Object.entries(dependentRequired).filter(([name]) => isGiven(args, name));
  const needed = new Set([...required, ...together.flatMap(([, names]) => names)]);
  return askFor.flatMap((name) => {
    const found = formFieldOf(inputSchema, name);
    return isGiven(args, name) || "problem" in found ? [] : [{ ...found, name, isRequired: needed.has(name) }];
  });
}

/** Where every argument has to be there ("openai-strict"), null is how a model leaves one out. */
function isGiven(args: Arguments, name: string): boolean {
  return Object.hasOwn(args, name) && args[name] !== null;
}

/** The marked arguments alone, as the API wants them. */
function askedInput({ inputSchema, askFor = [] }: Tool): Tool["inputSchema"] {
  const properties = inputSchema.properties as Arguments;
  const asked = Object.fromEntries(askFor.map((name) => [name, properties[name]]));
  return { ...inputSchema, properties: asked, required: [], dependentRequired: {} };
}

/** What a person filled in, of what was asked. Forms send an empty text for what was left blank. */
function valuesOf(fields: readonly Field[], content: Arguments): Arguments {
  const entries = fields.flatMap(({ name, choices }) => {
    const value = Object.hasOwn(content, name) ? content[name] : undefined;
    if (value === undefined || value === null || value === "") return [];
    return [[name, choices?.find((choice) => String(choice) === value) ?? value] as const];
  });
  return Object.fromEntries(entries);
}

function declineOf(action: "decline" | "cancel"): string {
  return `The person ${action === "decline" ? "said no" : "closed the question"}, so nothing was sent. Do not call this tool again for the same purpose unless they ask for it.`;
}

/** What was wrong with what a person filled in, and what of it stays in the form. */
interface Retry {
  problems: string[];
  kept: Arguments;
}

function questionOf(
  tool: Tool,
  args: Arguments,
  fields: readonly Field[],
  { problems, kept }: Retry = { problems: [], kept: {} },
): NeedsReplies {
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const properties = fields.map(({ name, field, choices }) => {
    const before = Object.hasOwn(kept, name) ? kept[name] : undefined;
    return [name, before === undefined ? field : { ...field, default: choices ? String(before) : before }];
  });
  const message = [...problems, messageOf(tool, args, fields)].join("\n");
  return {
    questions: {
      [KEY]: {
        method: "elicitation/create",
        params: {
          message,
          requestedSchema: {
            type: "object",
            properties: Object.fromEntries(properties),
            ...(required.length > 0 ? { required } : {}),
          },
        },
      },
    },
    otherwise: cannotAsk(tool, fields, problems),
  };
}

function messageOf(tool: Tool, args: Arguments, fields: readonly Field[]): string {
  const { destructiveHint, readOnlyHint } = tool.annotations;
  const effect = readOnlyHint ? "reads data" : destructiveHint ? "can change or delete data" : "changes data";
  const call = `“${tool.title ?? tool.name}” (${tool.operation})`;
  const shown = JSON.stringify(args, null, 2);
  const clipped = shown.length > ARGUMENTS_CHARS_MAX ? `${shown.slice(0, ARGUMENTS_CHARS_MAX)} …` : shown;
  const values = clipped === "{}" ? (fields.length > 0 ? "" : "It takes no values.") : `With:\n${clipped}`;
  const wanted = fields.length > 0 ? `Fill in ${namesOf(fields)}, and the call is sent.` : "";
  const first = tool.askFirst ? `Allow ${call}? It ${effect}.` : `${call} needs something from you. It ${effect}.`;
  return [first, values, wanted].filter((line) => line !== "").join("\n");
}

function namesOf(fields: readonly Field[]): string {
  const names = fields.map(({ name, field }) => (typeof field.title === "string" ? field.title : name));
  const more = names.length - NAMED_MAX;
  return more > 0 ? `${names.slice(0, NAMED_MAX).join(", ")} and ${more} more` : names.join(", ");
}

/** For a client without forms, and for one that gave no reply. */
function cannotAsk(tool: Tool, fields: readonly Field[], problems: readonly string[]): ToolResult {
  const text = tool.askFirst
    ? `Nothing was sent: "${tool.name}" needs a person's yes before each call, and this client did not ask them. It works in a client that supports elicitation, such as Claude Code, Cursor, VS Code or Codex.`
    : [
        `Nothing was sent: "${tool.name}" needs what only the person can say, and this client did not show them a form.`,
        ...problems,
        "Ask them in the chat for the following, then call the tool again with their answers. Do not make them up.",
        ...fields.map(lineOf),
      ].join("\n");
  return { isError: true, content: [{ type: "text", text }] };
}

function lineOf({ name, field, isRequired }: Field): string {
  const kind = Array.isArray(field.enum) ? `one of ${field.enum.join(", ")}` : String(field.format ?? field.type);
  const about = typeof field.description === "string" ? `: ${field.description}` : "";
  return `- ${name} (${kind}${isRequired ? "" : ", may be left out"})${about}`;
}

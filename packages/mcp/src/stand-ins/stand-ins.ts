import { type Dialect, type JsonSchema, type ToolAnnotations, toDialect } from "@portico/openapi";
import { recognizeClient } from "../clients.ts";
import type { ClientIdentity, ServedVersion, StandIns } from "../contract.ts";
import { type Json, type JsonText, joined } from "../json-rpc.ts";
import { PASSAGES_DEFAULT, PASSAGES_MAX, textsOf } from "./texts.ts";

/** What a stand-in does, by the name that it has where no tool of the version has it. */
export type StandInKind =
  | "list_prompts"
  | "get_prompt"
  | "list_resources"
  | "read_resource"
  | "read_answer"
  | "search_texts";

/** A tool of Portico's own, most of which stand in for a method of MCP: one entry of tools/list, and what its arguments are held to. */
export interface StandIn {
  kind: StandInKind;
  name: string;
  title: string;
  description: string;
  inputSchema: JsonSchema;
  annotations: Omit<ToolAnnotations, "title">;
}

type Offers = Pick<ServedVersion, "prompts" | "resources" | "resourceTemplates"> & {
  /** Parts of answers that were too long can be read, by every client. */
  readsAnswers?: boolean;
  /** What is searched for passages, by every client: those of them that are texts. */
  searched?: ServedVersion["resources"];
};

const PROMPT_KINDS: readonly StandInKind[] = ["list_prompts", "get_prompt"];
const RESOURCE_KINDS: readonly StandInKind[] = ["list_resources", "read_resource"];
const ANSWER_KINDS: readonly StandInKind[] = ["read_answer"];
const TEXT_KINDS: readonly StandInKind[] = ["search_texts"];

/** Which of prompts and resources a client is known not to have. Clients do not say, so one that is not in the table has both. */
export function lacksOf(client: Pick<ClientIdentity, "name" | "userAgent">): { prompts: boolean; resources: boolean } {
  const known = recognizeClient(client);
  return { prompts: known?.prompts === false, resources: known?.resources === false };
}

/** The names of the stand-ins for what there is; `taken` are names of tools, which keep them. */
export function standInNames(
  has: { prompts: boolean; resources: boolean; answers?: boolean; texts?: boolean },
  taken: Iterable<string>,
): Map<StandInKind, string> {
  const used = new Set([...taken].map((name) => name.toLowerCase()));
  const kinds = [
    ...(has.prompts ? PROMPT_KINDS : []),
    ...(has.resources ? RESOURCE_KINDS : []),
    ...(has.answers ? ANSWER_KINDS : []),
    ...(has.texts ? TEXT_KINDS : []),
  ];
  return new Map(kinds.map((kind) => [kind, freeName(kind, used)]));
}

/** `list_prompts`, else `mcp_list_prompts`, else that with a number. */
function freeName(kind: StandInKind, used: ReadonlySet<string>): string {
  let name = `mcp_${kind}`;
  if (!used.has(kind)) name = kind;
  for (let number = 2; used.has(name); number++) name = `mcp_${kind}_${number}`;
  return name;
}

/** The tools that give a version's prompts and resources to clients that have neither; lists are serialized once for each kind of client. */
export function createStandIns(offers: Offers, taken: Iterable<string>): StandIns & { tools: StandIn[] } {
  const tools = defineStandIns(offers, taken);
  const serialized = new Map<string, string>();
  return {
    tools,
    entries(client, dialect) {
      const lacks = lacksOf(client);
      const key = `${lacks.prompts}/${lacks.resources}/${dialect}`;
      let entries = serialized.get(key);
      if (entries === undefined) {
        const listed = tools.filter(({ kind }) => {
          if (ANSWER_KINDS.includes(kind) || TEXT_KINDS.includes(kind)) return true;
          return PROMPT_KINDS.includes(kind) ? lacks.prompts : lacks.resources;
        });
        entries = listed.map((tool) => serialize(tool, dialect)).join();
        serialized.set(key, entries);
      }
      return entries;
    },
  };
}

/** A serialized tools list with more entries at its end. Nothing is parsed. */
export function withEntries(list: JsonText, entries: string): Json {
  if (entries === "") return list;
  const isEmpty = list.length === "[]".length;
  return joined(typeof list === "string" ? list.slice(0, -1) : list.subarray(0, -1), isEmpty ? "" : ",", entries, "]");
}

function serialize({ kind: _kind, ...tool }: StandIn, dialect: Dialect): string {
  return JSON.stringify({ ...tool, inputSchema: toDialect(tool.inputSchema, dialect) });
}

/** What is read of an answer at once, about 5,000 tokens. */
export const READ_CHARS_MAX = 20_000;

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

function defineStandIns(
  { prompts = [], resources = [], resourceTemplates = [], readsAnswers = false, searched = [] }: Offers,
  taken: Iterable<string>,
) {
  const texts = textsOf(searched);
  const has = {
    prompts: prompts.length > 0,
    resources: resources.length + resourceTemplates.length > 0,
    answers: readsAnswers,
    texts: texts.length > 0,
  };
  const names = standInNames(has, taken);
  const nameOf = (kind: StandInKind) => names.get(kind) ?? kind;
  const words: Record<StandInKind, Omit<StandIn, "kind" | "name" | "annotations">> = {
    list_prompts: {
      title: "List prompts",
      description: `Lists the prompts that the owner of this server wrote: ready-made tasks that a person may ask for, with their arguments. Get the text of one with ${nameOf("get_prompt")}.`,
      inputSchema: object({}),
    },
    get_prompt: {
      title: "Get a prompt",
      description: `Gives the text of one prompt of this server with its arguments filled in. Use it when the person asks for that task, and then do what the text says as if they had written it. ${nameOf("list_prompts")} has the names and arguments.`,
      inputSchema: object(
        {
          name: { type: "string", enum: prompts.map(({ name }) => name), description: "The name of the prompt." },
          arguments: {
            type: "object",
            additionalProperties: { type: "string" },
            description: `The prompt's arguments by name, each a text. Left out for a prompt without arguments.`,
          },
        },
        ["name"],
      ),
    },
    list_resources: {
      title: "List resources",
      description: `Lists what this server has to read: texts and data, each with its address (uri). An address with {places} is completed with a value at each. Read one with ${nameOf("read_resource")}.`,
      inputSchema: object({}),
    },
    read_resource: {
      title: "Read a resource",
      description: `Reads one resource of this server by its address. ${nameOf("list_resources")} has the addresses.`,
      inputSchema: object(
        { uri: { type: "string", description: "The address, with a value at each of its {places}." } },
        ["uri"],
      ),
    },
    read_answer: {
      title: "Read on in an answer",
      description:
        "Reads a part of an answer that was too long to be shown whole: where a text stands in it, or what comes after a place. The answer's address is in the result that was shortened, and is good for 15 minutes.",
      inputSchema: object(
        {
          url: { type: "string", description: "The address of the whole answer, from the result that was shortened." },
          search: { type: "string", description: "Shows each place where this text stands, with what is around it." },
          from: { type: "integer", minimum: 0, description: "The character to begin at; 0 is the first." },
          chars: { type: "integer", minimum: 1, maximum: READ_CHARS_MAX, description: "How many to read." },
        },
        ["url"],
      ),
    },
    search_texts: {
      title: "Search the texts",
      description: `Finds passages in the ${texts.length === 1 ? "text" : `${texts.length} texts`} that the owner of this server wrote: ${titlesOf(texts)}. Use it whenever the answer may be there, before you guess. Give query to search, or the uri of a text, and from where, to read it.`,
      inputSchema: object({
        query: { type: "string", description: "What is looked for, in a few words." },
        limit: {
          type: "integer",
          minimum: 1,
          maximum: PASSAGES_MAX,
          description: `How many passages to answer with at most; ${PASSAGES_DEFAULT} when left out.`,
        },
        uri: { type: "string", description: "The text to read instead, as a passage says it." },
        from: { type: "integer", minimum: 0, description: "The character to begin to read at; 0 is the first." },
      }),
    },
  };
  return [...names].map(([kind, name]): StandIn => ({ kind, name, ...words[kind], annotations: READS }));
}

const TITLES_MAX = 8;
const TITLE_CHARS_MAX = 60;

function titlesOf(texts: readonly { name: string; title?: string }[]): string {
  const titles = texts
    .slice(0, TITLES_MAX)
    .map(({ name, title = name }) => JSON.stringify(title.slice(0, TITLE_CHARS_MAX)));
  return [...titles, ...(texts.length > titles.length ? [`and ${texts.length - titles.length} more`] : [])].join(", ");
}

function object(properties: JsonSchema, required: string[] = []): JsonSchema {
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

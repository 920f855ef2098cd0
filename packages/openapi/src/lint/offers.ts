import { clip } from "../transform/text.ts";
import { type Finding, findingOf, type OfferedItem } from "./finding.ts";
import { suspicionOf, suspicionOfAll } from "./suspicious.ts";

const LONG_CHARS = 800;

interface Words {
  title?: string | undefined;
  description?: string | undefined;
}

export interface OfferedPrompt extends Words {
  name: string;
  arguments?: readonly ({ name: string } & Words)[] | undefined;
  messages: readonly { text: string }[];
}

export interface OfferedResource extends Words {
  uri: string;
  name: string;
  text?: string | undefined;
}

/** What people cannot choose by in prompts and resources, and what speaks to the model there in the place of who wrote them. */
export function lintOffers({
  prompts,
  resources,
}: {
  prompts: readonly OfferedPrompt[];
  resources: readonly OfferedResource[];
}): Finding[] {
  return [...prompts.flatMap(lintPrompt), ...resources.flatMap(lintResource)];
}

function lintPrompt({ name, arguments: given = [], messages, ...words }: OfferedPrompt): Finding[] {
  const item: OfferedItem = { list: "prompts", key: name };
  // A message may say who the model is to be: it is what somebody has their own model read.
  const said = messages.map(({ text }) => suspicionOfAll(text, "prompt")).find((suspicion) => suspicion !== undefined);
  return [
    ...suspicious(item, [
      ["title", suspicionIn(words.title)],
      ["description", suspicionIn(words.description)],
      ["text", said],
    ]),
    ...lintWords(item, words),
    ...given.flatMap(({ name: parameter, title, description }) => {
      const suspicion = suspicionIn(description) ?? suspicionIn(title);
      if (suspicion !== undefined)
        return [
          findingOf("suspicious-text", "error", {
            ...{ item, parameter },
            message: `What is said of “${parameter}” ${suspicion}.`,
          }),
        ];
      return description || title
        ? []
        : [
            findingOf("offer-argument-undescribed", "warning", {
              ...{ item, parameter },
              message: `Nothing says what to fill in for “${parameter}”.`,
            }),
          ];
    }),
  ];
}

function lintResource({ uri, name, text, ...words }: OfferedResource): Finding[] {
  const item: OfferedItem = { list: "resources", key: uri };
  const suspicions: [string, string | undefined][] = [
    ["name", suspicionIn(name)],
    ["title", suspicionIn(words.title)],
    ["description", suspicionIn(words.description)],
    ["text", text === undefined ? undefined : suspicionOfAll(text, "page")],
  ];
  return [...suspicious(item, suspicions), ...lintWords(item, words)];
}

function suspicionIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : suspicionOf(text);
}

/** One finding for an item, whatever is wrong with it. */
function suspicious(item: OfferedItem, found: readonly (readonly [string, string | undefined])[]): Finding[] {
  const wrong = found.filter(([, suspicion]) => suspicion !== undefined);
  if (wrong.length === 0) return [];
  const said = wrong.map(([part, suspicion]) => `Its ${part} ${suspicion}.`);
  return [findingOf("suspicious-text", "error", { item, message: clip(said.join(" "), 300) })];
}

function lintWords(item: OfferedItem, { description = "" }: Words): Finding[] {
  const noun = item.list === "prompts" ? "prompt" : "resource";
  if (description.trim() === "")
    return [findingOf("offer-undescribed", "warning", { item, message: `Nothing says what this ${noun} is for.` })];
  if (description.length <= LONG_CHARS) return [];
  return [
    findingOf("description-long", "info", {
      item,
      message: `Its description has ${description.length.toLocaleString("en")} characters; ${LONG_CHARS} are read with more care.`,
    }),
  ];
}

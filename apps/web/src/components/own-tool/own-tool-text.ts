import type { AnswerFormat, AnswerShape } from "@portico/openapi";
import type { ComposedTool } from "@portico/services";
import type { Kind } from "@/components/tool/kind.ts";

/** An operation to call in a step. */
export interface CallableOperation {
  key: string;
  title: string;
  tag: string;
  /** What a call of it does. */
  kind: Kind;
  /** Where its arguments are told. */
  address: string;
}

/** What one argument of a step is, as it stands in the form. */
export interface ArgumentText {
  /** `none`: it is left out. */
  mode: "none" | "value" | "from";
  text: string;
}

export interface StepText {
  /** Of this form only; steps have names that change. */
  key: number;
  id: string;
  operation: string;
  forEach: string;
  arguments: Record<string, ArgumentText>;
}

export interface InputText {
  key: number;
  name: string;
  type: ComposedTool["inputs"][number]["type"];
  description: string;
  isRequired: boolean;
}

/** A tool of several calls as it stands in its form. */
export interface OwnToolText {
  name: string;
  title: string;
  description: string;
  askFirst: boolean;
  inputs: InputText[];
  steps: StepText[];
  expression: string;
  format: AnswerFormat;
  tokensMax: string;
}

export function toOwnToolText({
  name,
  title,
  description,
  askFirst,
  inputs,
  steps,
  answer,
}: ComposedTool): OwnToolText {
  return {
    name,
    title: title ?? "",
    description,
    askFirst: askFirst === true,
    inputs: inputs.map((input, key) => ({
      key,
      name: input.name,
      type: input.type,
      description: input.description ?? "",
      isRequired: input.required === true,
    })),
    steps: steps.map((step, key) => ({
      key,
      id: step.id,
      operation: step.operation,
      forEach: step.forEach ?? "",
      arguments: Object.fromEntries(
        Object.entries(step.arguments).map(([argument, given]): [string, ArgumentText] => [
          argument,
          "from" in given ? { mode: "from", text: given.from } : { mode: "value", text: textOfConstant(given.value) },
        ]),
      ),
    })),
    expression: answer?.expression ?? "",
    format: answer?.format ?? "json",
    tokensMax: answer?.tokensMax === undefined ? "" : String(answer.tokensMax),
  };
}

/** The tool that a form stands for. What the form does not show of an answer stays as it was. */
export function toOwnTool(text: OwnToolText, before: ComposedTool | undefined): ComposedTool {
  const {
    expression: _expression,
    format: _format,
    tokensMax: _tokensMax,
    ...kept
  }: AnswerShape = before?.answer ?? {};
  const answer: AnswerShape = {
    ...kept,
    ...(text.expression.trim() ? { expression: text.expression.trim() } : {}),
    ...(text.format === "json" ? {} : { format: text.format }),
    ...(text.tokensMax ? { tokensMax: Number(text.tokensMax) } : {}),
  };
  return {
    name: text.name.trim(),
    ...(text.title.trim() ? { title: text.title.trim() } : {}),
    description: text.description.trim(),
    inputs: text.inputs.map(({ name, type, description, isRequired }) => ({
      name: name.trim(),
      type,
      ...(description.trim() ? { description: description.trim() } : {}),
      ...(isRequired ? { required: true } : {}),
    })),
    steps: text.steps.map((step) => ({
      id: step.id.trim(),
      operation: step.operation,
      ...(step.forEach.trim() ? { forEach: step.forEach.trim() } : {}),
      arguments: Object.fromEntries(
        Object.entries(step.arguments).flatMap(([argument, given]) => {
          if (given.mode === "none" || given.text.trim() === "") return [];
          return [
            [
              argument,
              given.mode === "from" ? { from: given.text.trim() } : { value: constantOf(given.text) as never },
            ],
          ];
        }),
      ),
    })),
    ...(Object.keys(answer).length > 0 ? { answer } : {}),
    ...(text.askFirst ? { askFirst: true } : {}),
  };
}

/** What is written as JSON means that; everything else is text. */
function constantOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A text that would be read as something else stands in quotes. */
function textOfConstant(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return constantOf(value) === value ? value : JSON.stringify(value);
}

/** `GET /customers/{id}/orders` as the name of a step: "orders". */
export function stepName(operation: string, taken: readonly string[]): string {
  const words = operation.split("/").filter((part) => part !== "" && !part.startsWith("{") && !part.includes(" "));
  const base =
    (words.at(-1) ?? "step")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^[^a-z]+|_+$/g, "")
      .slice(0, 24) || "step";
  const used = new Set([...taken, "input", "item"]);
  let name = base;
  for (let number = 2; used.has(name); number++) name = `${base}_${number}`;
  return name;
}

export function nextKey(items: readonly { key: number }[]): number {
  return Math.max(-1, ...items.map(({ key }) => key)) + 1;
}

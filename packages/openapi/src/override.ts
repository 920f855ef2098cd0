import { formFieldOf, shownInput } from "./ask-for.ts";
import { withPaging, withShape } from "./paging.ts";
import { applyParameters, argumentOf } from "./parameters/apply.ts";
import { estimateTokens } from "./tokens.ts";
import { isAskedAgain, isRepeatable, withHints } from "./tool-kind.ts";
import { NAME_CHARS_MAX } from "./transform/name.ts";
import { cleanText } from "./transform/text.ts";
import type { AnswerShape, Override, Tool } from "./types.ts";

/**
 * Applies people's edits by operation key: a disabled tool is left out, an edit for an unknown operation is
 * ignored, an unusable or taken name keeps the generated one, as does a media type that the body cannot have; an argument
 * that a person cannot be asked for is left to the model, and so is one whose edit cannot be. The given tools are not changed.
 */
export function applyOverrides(tools: Tool[], overrides: Override[]): Tool[] {
  const byOperation = new Map(overrides.map((override) => [override.operation, override]));
  const kept = tools.filter((tool) => byOperation.get(tool.operation)?.enabled !== false);
  const renamed = settleNames(kept, byOperation);
  return kept.map((tool) => {
    const override = byOperation.get(tool.operation);
    if (!override) return tool;
    const name = renamed.get(tool) ?? tool.name;
    const title = override.title === undefined ? tool.title : cleanText(override.title);
    const description = override.description === undefined ? tool.description : cleanText(override.description);
    const sent = applyParameters(sentAs(tool, override.contentType), override.parameters);
    const { title: _title, ...hinted } = withCalling(withHints(sent, override.annotations), override);
    const paged = override.paging === true ? withPaging(hinted) : hinted;
    const rest = isReshaped(override.shape) ? withoutOutput(paged) : paged;
    const { title: _annotated, ...hints } = rest.annotations;
    const askFor = askableOf(rest, override.askFor);
    const edited: Tool = {
      ...withShape(rest, override.shape),
      name,
      description,
      ...(title ? { title } : {}),
      ...(override.askFirst === true ? { askFirst: true } : {}),
      ...(askFor.length > 0 ? { askFor } : {}),
      ...(override.widget === true ? { widget: true } : {}),
      ...(override.summarize === true && isAskedAgain(rest) ? { summarize: true } : {}),
      annotations: { ...(title ? { title } : {}), ...hints },
    };
    const { outputSchema } = edited;
    const inputSchema = shownInput(edited);
    return {
      ...edited,
      tokens: estimateTokens({ name, title, description, inputSchema, outputSchema, annotations: edited.annotations }),
    };
  });
}

/** How long its calls may take, and how often they are made again where that is safe. */
function withCalling<T extends Pick<Tool, "plan" | "annotations">>(tool: T, { timeoutSeconds, retries }: Override): T {
  const isAgain = retries === 0 || (retries !== undefined && isRepeatable(tool));
  if (timeoutSeconds === undefined && !isAgain) return tool;
  const calling = { ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }), ...(isAgain ? { retries } : {}) };
  return { ...tool, plan: { ...tool.plan, ...calling } };
}

/** Whether answers no longer look as the document says: a promise about them would be broken. */
function isReshaped(shape: AnswerShape | undefined): boolean {
  if (!shape) return false;
  const { expression, keep, drop, rename, format = "json" } = shape;
  return format !== "json" || [expression, keep, drop, rename].some((edit) => edit !== undefined);
}

function withoutOutput<T extends Pick<Tool, "outputSchema">>({ outputSchema: _outputSchema, ...tool }: T) {
  return tool as Omit<T, "outputSchema"> & Pick<Tool, "outputSchema">;
}

/** The tool with its body sent as this media type; itself when it has no such variant. */
export function sentAs(tool: Tool, contentType: string | undefined): Tool {
  const variant = tool.variants?.find((one) => one.contentType === contentType);
  const { body } = tool.plan;
  if (!variant || !body) return tool;
  return {
    ...tool,
    inputSchema: variant.inputSchema ?? tool.inputSchema,
    plan: { ...tool.plan, body: variant.body ?? { ...body, contentType: variant.contentType } },
  };
}

/** In the order of the tool's parameters, so that the same marks make the same version. What has a value already is not asked for. */
function askableOf(tool: Pick<Tool, "inputSchema" | "renamed" | "plan">, keys: readonly string[] = []): string[] {
  const { inputSchema, plan } = tool;
  const marked = new Set(keys.map((key) => argumentOf(tool, key)));
  for (const { argument } of plan.given ?? []) marked.delete(argument);
  const names = Object.keys((inputSchema.properties ?? {}) as object);
  return names.filter((name) => marked.has(name) && "field" in formFieldOf(inputSchema, name));
}

/**
 * The names that edits give, as far as all are unique whatever the case. A name that another tool gives up is free; of two that want one, the
 * first gets it. Who does not get a name keeps the generated one, so that nobody else may have that.
 */
function settleNames(tools: readonly Tool[], byOperation: ReadonlyMap<string, Override>): Map<Tool, string> {
  const given = new Map<Tool, string>();
  for (const tool of tools) {
    const wanted = byOperation.get(tool.operation)?.name;
    if (wanted !== undefined && isUsable(wanted)) given.set(tool, wanted);
  }
  const taken = new Set(tools.flatMap((tool) => (given.has(tool) ? [] : [tool.name.toLowerCase()])));
  const holders = new Map<string, Tool>();
  const refused: Tool[] = [];
  for (const [tool, wanted] of given) {
    const name = wanted.toLowerCase();
    if (taken.has(name) || holders.has(name)) refused.push(tool);
    else holders.set(name, tool);
  }
  // Who is refused takes the generated name again, which somebody may have been given.
  for (let tool = refused.pop(); tool; tool = refused.pop()) {
    given.delete(tool);
    const holder = holders.get(tool.name.toLowerCase());
    if (!holder) continue;
    holders.delete(tool.name.toLowerCase());
    refused.push(holder);
  }
  return given;
}

function isUsable(name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name) && name.length <= NAME_CHARS_MAX;
}

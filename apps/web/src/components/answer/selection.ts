import type { AnswerShape } from "@portico/openapi";
import type { AnswerField } from "@portico/upstream";

/** `keep`: only what is ticked; `drop`: everything but what is not. They differ in what the API adds later. */
export type SelectionMode = "keep" | "drop";

/** Fields that hold values of their own: those without fields below, and lists of plain values. */
export function leavesOf(field: AnswerField): AnswerField[] {
  return hasFields(field) ? field.fields.flatMap(leavesOf) : [field];
}

/** Whether there is anything to choose below it. */
export function hasFields({ fields, items }: AnswerField): boolean {
  if (items !== undefined) return fields.some((each) => each.fields.length > 0);
  return fields.length > 0;
}

/** The paths of the leaves that a shape lets through. */
export function tickedOf(tree: AnswerField, { keep, drop = [] }: Pick<AnswerShape, "keep" | "drop">): Set<string> {
  const ticked = new Set<string>();
  const visit = (field: AnswerField, isKept: boolean): void => {
    if (drop.includes(field.path) && field.path !== "") return;
    const isIn = isKept || keep === undefined || keep.includes(field.path);
    if (!hasFields(field)) {
      if (isIn) ticked.add(field.path);
      return;
    }
    for (const child of field.fields) visit(child, isIn);
  };
  visit(tree, keep === undefined);
  return ticked;
}

/** The shortest shape that lets exactly these leaves through. */
export function selectionOf(
  tree: AnswerField,
  ticked: ReadonlySet<string>,
  mode: SelectionMode,
): Pick<AnswerShape, "keep" | "drop"> {
  const all = leavesOf(tree);
  if (all.every(({ path }) => ticked.has(path))) return {};
  const paths: string[] = [];
  const visit = (field: AnswerField): void => {
    const leaves = leavesOf(field);
    const isWhole = leaves.every(({ path }) => ticked.has(path) === (mode === "keep"));
    if (isWhole && field.path !== "") paths.push(field.path);
    else if (hasFields(field)) for (const child of field.fields) visit(child);
  };
  visit(tree);
  return mode === "keep" ? { keep: paths } : { drop: paths };
}

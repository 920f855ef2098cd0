import { shownInput, type Tool, type ToolKind, toolKind } from "@portico/openapi";

/** A tool as people look at it: what a model gets, and how its body is sent. */
export interface ToolView extends Omit<Tool, "plan" | "variants" | "renamed" | "kind"> {
  /** What a call does. */
  kind: ToolKind;
  /** The media type that its body is sent as; absent when it sends none. */
  contentType?: string;
  /** All that the body could be sent as, the document's own first; absent when there is no choice. */
  contentTypes?: string[];
}

/** Without the plan of its calls. `generated` is the tool as the document alone gives it. */
export function toolView(tool: Tool, generated: Tool = tool): ToolView {
  const { plan, variants: _variants, renamed: _renamed, ...rest } = tool;
  const contentTypes = contentTypesOf(generated);
  return {
    ...rest,
    kind: toolKind(tool),
    inputSchema: shownInput(tool),
    ...(plan.body ? { contentType: plan.body.contentType } : {}),
    ...(contentTypes.length > 1 ? { contentTypes } : {}),
  };
}

/** What a tool's body can be sent as, the document's own choice first; none without a body. */
export function contentTypesOf({ plan, variants = [] }: Tool): string[] {
  return plan.body ? [plan.body.contentType, ...variants.map(({ contentType }) => contentType)] : [];
}

import { formFieldOf } from "../ask-for.ts";
import { prefixedName } from "../assemble.ts";
import { sentAs } from "../override.ts";
import { detectPaging } from "../paging.ts";
import { applyParameters, argumentOf } from "../parameters/apply.ts";
import { mergeParameters } from "../parameters/merge.ts";
import { isAskedAgain, isRepeatable, saysMore, toolKind, withHints } from "../tool-kind.ts";
import type { BaseUrl, CallPlan, Compiled, Override, SecurityRequirement, Tool, ToolKind } from "../types.ts";
import { type Change, compareInput, compareOutput } from "./compare-schema.ts";
import { findRenames, type Rename } from "./match.ts";

/** A server's choices and edits, by operation key. */
export interface Edits {
  selection: readonly string[];
  overrides: readonly Override[];
}

export interface ChangedOperation {
  operation: string;
  isBreaking: boolean;
  changes: Change[];
}

/** A field that the document and a person both changed. The person's stays until somebody decides otherwise. */
export interface Conflict {
  operation: string;
  /**
   * "operation", "contentType", "askFor" and "parameters" (some of these) are gone from the document, and the person's edit with them;
   * "annotations" are those of another kind of call, and gone.
   */
  field: "name" | "title" | "description" | "contentType" | "askFor" | "parameters" | "annotations" | "operation";
  /** What the person wrote. */
  yours?: string;
  /** What the document said when they wrote it. */
  before?: string;
  /** What the document says now; absent when the operation is gone. */
  after?: string;
}

export interface MergeReport {
  added: string[];
  /** Gone, and whether the server offered it as a tool. */
  removed: { operation: string; wasSelected: boolean }[];
  renamed: Rename[];
  changed: ChangedOperation[];
  conflicting: Conflict[];
  /** Operations that are the same. */
  unchangedCount: number;
  /** Something that is offered as a tool may stop working for those who use it. */
  isBreaking: boolean;
}

export interface Merged {
  report: MergeReport;
  /** The server's choices and edits for the new document. */
  edits: { selection: string[]; overrides: Override[] };
}

/**
 * Three-way merge of a new document into a server: the document it was built from, the new one, and the person's
 * edits. Pure. Operations are matched by key, then by operationId, then by path without parameter names. Edits and
 * choices follow their operations; those of operations that are gone are reported and dropped; tools keep the names
 * that clients know, and what comes new by such a name gets another. Operations that came new are not chosen.
 */
export function mergeDocuments(before: Compiled, after: Compiled, { selection, overrides }: Edits): Merged {
  const renamed = findRenames(before.operations, after.operations);
  const successorOf = new Map(renamed.map(({ from, to }) => [from, to]));
  const predecessors = new Set(renamed.map(({ to }) => to));
  const toolsBefore = new Map(before.tools.map((tool) => [tool.operation, tool]));
  const toolsAfter = new Map(after.tools.map((tool) => [tool.operation, tool]));
  const keysBefore = new Set(before.operations.map(({ key }) => key));
  const keysAfter = new Set(after.operations.map(({ key }) => key));
  const selected = new Set(selection);
  const edited = new Map(overrides.map((override) => [override.operation, override]));

  const report: MergeReport = {
    added: after.operations.map(({ key }) => key).filter((key) => !keysBefore.has(key) && !predecessors.has(key)),
    removed: [],
    renamed,
    changed: [],
    conflicting: [],
    unchangedCount: 0,
    isBreaking: false,
  };
  const kept: Merged["edits"] = { selection: [], overrides: [] };
  for (const { key } of before.operations) {
    const to = successorOf.get(key) ?? key;
    const [tool, successor, override] = [toolsBefore.get(key), toolsAfter.get(to), edited.get(key)];
    if (!keysAfter.has(to)) {
      report.removed.push({ operation: key, wasSelected: selected.has(key) });
      if (override) report.conflicting.push(lost(key, override));
      continue;
    }
    if (successor === undefined) {
      if (tool) report.changed.push({ operation: to, isBreaking: true, changes: [noLongerCallable(after, to)] });
      if (override) report.conflicting.push(lost(key, override));
      continue;
    }
    if (selected.has(key)) kept.selection.push(to);
    const changes = tool ? compareTools(tool, successor) : [];
    if (changes.length === 0 && to === key) report.unchangedCount++;
    else if (changes.length > 0) {
      report.changed.push({ operation: to, isBreaking: changes.some(({ isBreaking }) => isBreaking), changes });
    }
    const merged = tool
      ? mergeOverride(tool, successor, { override, isOffered: selected.has(key) }, to, report.conflicting)
      : override;
    if (merged) kept.overrides.push({ ...merged, operation: to });
  }
  kept.overrides.push(...nameAdded(after, kept, new Set(report.added)));
  const offered = new Set(kept.selection);
  report.isBreaking =
    report.removed.some(({ wasSelected }) => wasSelected) ||
    report.changed.some(
      ({ operation, isBreaking }) => isBreaking && (offered.has(operation) || selected.has(operation)),
    );
  return { report, edits: kept };
}

/** Tools that came new by a name that one which is offered or edited keeps get another, so that choosing them renames nothing that is known. */
function nameAdded(
  { tools }: Compiled,
  { selection, overrides }: Merged["edits"],
  added: ReadonlySet<string>,
): Override[] {
  const selected = new Set(selection);
  const edited = new Map(overrides.flatMap(({ operation, name }) => (name === undefined ? [] : [[operation, name]])));
  const kept = new Set(
    tools.flatMap(({ operation, name }) => {
      const known = edited.get(operation) ?? (selected.has(operation) ? name : undefined);
      return known === undefined ? [] : [known.toLowerCase()];
    }),
  );
  const taken = new Set([...kept, ...tools.map(({ name }) => name.toLowerCase())]);
  return tools.flatMap(({ operation, document = "", name: own }): Override[] => {
    if (!added.has(operation) || !kept.has(own.toLowerCase())) return [];
    const name = prefixedName(document, own, (one) => taken.has(one));
    taken.add(name.toLowerCase());
    return [{ operation, name }];
  });
}

function lost(operation: string, { name, title, description }: Override): Conflict {
  const yours = name ?? title ?? description;
  return { operation, field: "operation", ...(yours === undefined ? {} : { yours }) };
}

function noLongerCallable({ operations }: Compiled, key: string): Change {
  const reason = operations.find((operation) => operation.key === key)?.reasons[0];
  return {
    where: "operation",
    message: `It can no longer be called.${reason ? ` ${reason}` : ""}`,
    isBreaking: true,
  };
}

const FIELDS = ["name", "title", "description"] as const;

/** The person's edit for the new document. What the document says now by itself needs none. */
function mergeOverride(
  before: Tool,
  after: Tool,
  { override, isOffered }: { override: Override | undefined; isOffered: boolean },
  operation: string,
  conflicts: Conflict[],
): Override | undefined {
  const sent = mergeContentType(after, override?.contentType, operation, conflicts);
  const annotations = mergeHints(before, after, override?.annotations, operation, conflicts);
  const hinted = withHints(after, annotations);
  const merged: Override = {
    operation,
    ...(override?.enabled === undefined ? {} : { enabled: override.enabled }),
    ...(override?.askFirst === true ? { askFirst: true } : {}),
    ...(override?.widget === true ? { widget: true } : {}),
    ...(override?.summarize === true && isAskedAgain(hinted) ? { summarize: true } : {}),
    ...(override?.paging === true && detectPaging(hinted) ? { paging: true } : {}),
    ...(override?.shape ? { shape: override.shape } : {}),
    ...(annotations ? { annotations } : {}),
    ...(override?.timeoutSeconds === undefined ? {} : { timeoutSeconds: override.timeoutSeconds }),
    ...mergeRetries(hinted, override?.retries),
    ...sent,
    ...mergeArguments(sentAs(after, sent.contentType), override, operation, conflicts),
  };
  for (const field of FIELDS) {
    const yours = override?.[field];
    // Clients and their people know the tool by its name, whatever the document calls it now.
    if (isOffered && yours === undefined && field === "name" && before.name !== after.name) merged.name = before.name;
    if (yours === undefined || yours === after[field]) continue;
    merged[field] = yours;
    if (before[field] === after[field]) continue;
    conflicts.push({
      operation,
      field,
      yours,
      ...(before[field] === undefined ? {} : { before: before[field] }),
      ...(after[field] === undefined ? {} : { after: after[field] }),
    });
  }
  return Object.keys(merged).length > 1 ? merged : undefined;
}

/** The chosen media type while the document still has it beside its own; it is reported when it has it no more. */
function mergeContentType(
  { variants = [], plan }: Tool,
  yours: string | undefined,
  operation: string,
  conflicts: Conflict[],
): Pick<Override, "contentType"> {
  const after = plan.body?.contentType;
  if (yours === undefined || yours === after) return {};
  if (variants.some(({ contentType }) => contentType === yours)) return { contentType: yours };
  conflicts.push({ operation, field: "contentType", yours, ...(after === undefined ? {} : { after }) });
  return {};
}

/** What can no longer be repeated is not made again. */
function mergeRetries(after: Tool, retries: number | undefined): Pick<Override, "retries"> {
  return retries === undefined || (retries > 0 && !isRepeatable(after)) ? {} : { retries };
}

/** What a person said that it does, while it is the same kind of call by its document; what is another now has to be looked at again. */
function mergeHints(
  before: Tool,
  after: Tool,
  yours: Override["annotations"],
  operation: string,
  conflicts: Conflict[],
): Override["annotations"] {
  if (!yours || !saysMore(after, yours)) return undefined;
  const [kind, kindNow] = [toolKind(before), toolKind(after)];
  if (kind === kindNow) return yours;
  const said = toolKind(withHints(before, yours));
  const texts = { yours: KIND_WORDS[said], before: KIND_WORDS[kind], after: KIND_WORDS[kindNow] };
  conflicts.push({ operation, field: "annotations", ...texts });
  return undefined;
}

const KIND_WORDS: Record<ToolKind, string> = { reading: "reads only", changing: "changes", destroying: "deletes" };

/** The edits of arguments that can still be, and those that a person can still be asked for; the others are reported. */
function mergeArguments(
  after: Tool,
  override: Override | undefined,
  operation: string,
  conflicts: Conflict[],
): Pick<Override, "askFor" | "parameters"> {
  const { parameters, lost } = mergeParameters(after, override?.parameters);
  if (lost.length > 0) conflicts.push({ operation, field: "parameters", yours: lost.join(", ") });
  const edited = applyParameters(after, parameters);
  const isAskable = (key: string) => {
    const name = argumentOf(edited, key);
    return name !== undefined && "field" in formFieldOf(edited.inputSchema, name);
  };
  const askFor = override?.askFor?.filter(isAskable) ?? [];
  const unasked = override?.askFor?.filter((key) => !askFor.includes(key)) ?? [];
  if (unasked.length > 0) conflicts.push({ operation, field: "askFor", yours: unasked.join(", ") });
  return {
    ...(askFor.length > 0 ? { askFor } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}

/** What differs between two versions of a tool beside its name, seen by whoever calls it. */
export function compareTools(before: Tool, after: Tool): Change[] {
  const changes: Change[] = [];
  const note = (where: string, message: string, isBreaking = false) => changes.push({ where, message, isBreaking });
  if (before.title !== after.title) note("title", "The title changed.");
  if (before.description !== after.description) note("description", "The description changed.");
  if (!before.deprecated && after.deprecated) note("deprecated", "It is deprecated.");
  changes.push(...compareInput(before.inputSchema, after.inputSchema));
  changes.push(...compareOutput(before.outputSchema, after.outputSchema));
  changes.push(...comparePlans(before.plan, after.plan));
  return changes;
}

function comparePlans(before: CallPlan, after: CallPlan): Change[] {
  const changes: Change[] = [];
  const [hostBefore, hostAfter] = [hostOf(before.baseUrls), hostOf(after.baseUrls)];
  if (hostBefore !== hostAfter) {
    const message = `It is now called at ${hostAfter}; credentials that were stored for ${hostBefore} are not sent there.`;
    changes.push({ where: "base URL", message, isBreaking: true });
  } else if (JSON.stringify(before.baseUrls) !== JSON.stringify(after.baseUrls)) {
    changes.push({ where: "base URL", message: "The base URLs changed.", isBreaking: false });
  }
  const [accepted, acceptedNow] = [schemesOf(before.security), schemesOf(after.security)];
  if ([...accepted].some((schemes) => !acceptedNow.has(schemes))) {
    const message = `It now wants ${[...acceptedNow].map((schemes) => schemes || "no credential").join(", or ") || "no credential"}.`;
    changes.push({ where: "security", message, isBreaking: acceptedNow.size > 0 && !acceptedNow.has("") });
  }
  if (before.body?.contentType !== after.body?.contentType) {
    const message = `The body is now sent as ${after.body?.contentType ?? "nothing"}.`;
    changes.push({ where: "content type", message, isBreaking: false });
  }
  if (before.timeoutSeconds !== after.timeoutSeconds) {
    const { timeoutSeconds } = after;
    const limit = timeoutSeconds === undefined ? "as long as any other" : `${timeoutSeconds} s at most`;
    changes.push({ where: "timeout", message: `A call may take ${limit} now.`, isBreaking: false });
  }
  if (before.retries !== after.retries) {
    const { retries } = after;
    const times =
      retries === undefined
        ? "as often as any other"
        : retries === 0
          ? "never"
          : `${retries} ${retries === 1 ? "time" : "times"} at most`;
    changes.push({ where: "retries", message: `A call that failed is made again ${times} now.`, isBreaking: false });
  }
  return changes;
}

function hostOf(baseUrls: readonly BaseUrl[]): string {
  const url = baseUrls[0]?.url ?? "";
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? "the address of the document";
}

function schemesOf(security: readonly SecurityRequirement[][]): Set<string> {
  if (security.length === 0) return new Set([""]);
  return new Set(
    security.map((all) =>
      all
        .map(({ scheme }) => scheme.name)
        .sort()
        .join(" and "),
    ),
  );
}

import type { EditConflict, EditedTool, ToolChanges, ToolEdit } from "@portico/services";
import {
  type DocumentWords,
  differing,
  isSame,
  problemOf,
  toChanges,
  type Values,
  valuesOf,
  withValue,
} from "./tool-changes.ts";

/** After the last letter: a pause in writing is no end of it. */
const REST_MS = 1_200;
const STEPS_MAX = 50;

export type SaveAnswer =
  | { ok: true; value: EditedTool }
  | {
      ok: false;
      message: string;
      /** What is wrong with single fields, as the service names them. */
      fields: Record<string, string>;
      /** What somebody else changed meanwhile. */
      conflicts: readonly EditConflict[];
    };

/** The edit of one tool while somebody works on it. */
export interface ToolDraft {
  /** As it is kept, as far as it is known here. */
  base: ToolEdit;
  /** As it is written, to the letter. */
  edit: ToolEdit;
  document: DocumentWords;
  /** Of the draft when `base` was read. */
  lock: number;
  /** By path: values that cannot be kept, each with what is wrong by the service's fields. */
  refused: Readonly<Record<string, { value: unknown; fields: Record<string, string> }>>;
  /** By path: what somebody else made of a field that is changed here too. */
  conflicts: Readonly<Record<string, { theirs: unknown }>>;
  isSaving: boolean;
  /** Why nothing could be saved at all. */
  problem?: string | undefined;
  /** What was saved, each with its way back, the last one last. */
  steps: readonly Step[];
  /** How often something was saved. */
  saves: number;
  /** Another number: parameters were changed from elsewhere than the form, which remembers what is typed in them. */
  edition: number;
}

interface Step {
  changes: ToolChanges;
  from: ToolChanges;
}

export interface ToolDrafts {
  subscribe: (listen: () => void) => () => void;
  get: (operation: string) => ToolDraft | undefined;
  /** What was read of a tool: what is written here and not saved stays. */
  read: (operation: string, read: { base: ToolEdit; document: DocumentWords; lock: number }) => void;
  change: (operation: string, part: Partial<ToolEdit>) => void;
  /** Saves at once what can be saved. */
  flush: (operation: string) => Promise<void>;
  flushAll: () => Promise<void>;
  keepMine: (operation: string, path: string) => void;
  takeTheirs: (operation: string, path: string) => void;
  /** Takes what is not saved back to what is. */
  discard: (operation: string) => void;
  /** Takes the last thing that was saved back. Answers with why it cannot be. */
  undo: (operation: string) => Promise<string | undefined>;
  /** Tools of which something is written that is not saved. */
  unsaved: () => readonly string[];
  /** Those that will not be saved by themselves: somebody has to do something. */
  stuck: () => readonly string[];
}

/**
 * The edits of a server's tools, saved by themselves: after a pause, and at once when asked. What is open may change; what is written stays until
 * it is saved or discarded. Of what cannot be saved, the rest is.
 */
export function createToolDrafts({
  save,
  onSaved,
}: {
  save: (operation: string, input: { changes: ToolChanges; from: ToolChanges }) => Promise<SaveAnswer>;
  /** Something else is in the draft now; with a way back or not. */
  onSaved: (operation: string, isStep: boolean) => void;
}): ToolDrafts {
  const drafts = new Map<string, ToolDraft>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const running = new Map<string, Promise<void>>();
  const listeners = new Set<() => void>();
  let stuckNow: readonly string[] = [];

  const put = (operation: string, draft: ToolDraft) => {
    drafts.set(operation, draft);
    const next = [...drafts].flatMap(([key, one]) => (isStuck(one) ? [key] : []));
    if (next.join("\n") !== stuckNow.join("\n")) stuckNow = next;
    for (const listen of listeners) listen();
  };
  const update = (operation: string, part: Partial<ToolDraft>) => {
    const draft = drafts.get(operation);
    if (draft) put(operation, { ...draft, ...part });
  };
  const rest = (operation: string) => {
    clearTimeout(timers.get(operation));
    timers.delete(operation);
  };

  async function saveOnce(operation: string): Promise<boolean> {
    const draft = drafts.get(operation);
    if (!draft) return false;
    const { base, paths, values } = outgoing(draft);
    // What needs no asking to be refused.
    const wrong = paths.flatMap((path) => {
      const message = problemOf(path, values.get(path));
      return message ? [[path, { value: values.get(path), fields: { [path]: message } }] as const] : [];
    });
    if (wrong.length > 0) update(operation, { refused: { ...draft.refused, ...Object.fromEntries(wrong) } });
    const sent = paths.filter((path) => !wrong.some(([one]) => one === path));
    if (sent.length === 0) return false;
    update(operation, { isSaving: true, problem: undefined });
    const answer = await save(operation, { changes: toChanges(sent, values), from: toChanges(sent, base) });
    const now = drafts.get(operation);
    if (!now) return false;
    if (answer.ok) {
      const { before, after, lock } = answer.value;
      const [was, is] = [valuesOf(before), valuesOf(after)];
      const step = { changes: toChanges(sent, was), from: toChanges(sent, is) };
      const saved = rebased(now, after, lock, new Map(sent.map((path) => [path, values.get(path)])));
      put(operation, {
        ...saved,
        isSaving: false,
        saves: now.saves + 1,
        steps: [...now.steps, step].slice(-STEPS_MAX),
      });
      onSaved(operation, true);
      return true;
    }
    const conflicts = answer.conflicts.filter(({ field }) => sent.includes(field));
    const refused = sent.flatMap((path) => {
      const about = Object.entries(answer.fields).filter(([field]) => field === path || field.startsWith(`${path}.`));
      return about.length > 0 ? [[path, { value: values.get(path), fields: Object.fromEntries(about) }] as const] : [];
    });
    const isNamed = conflicts.length + refused.length > 0;
    put(operation, {
      ...now,
      isSaving: false,
      refused: { ...now.refused, ...Object.fromEntries(refused) },
      conflicts: {
        ...now.conflicts,
        ...Object.fromEntries(conflicts.map(({ field, theirs }) => [field, { theirs }])),
      },
      problem: isNamed ? undefined : answer.message,
    });
    // The rest of it goes without these.
    return isNamed;
  }

  async function flush(operation: string): Promise<void> {
    rest(operation);
    const before = running.get(operation);
    if (before) {
      await before;
      return flush(operation);
    }
    if (!hasOutgoing(drafts.get(operation))) return;
    const work = (async () => {
      while (await saveOnce(operation)) if (!hasOutgoing(drafts.get(operation))) break;
    })();
    running.set(operation, work);
    try {
      await work;
    } finally {
      running.delete(operation);
    }
  }

  return {
    subscribe(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    get: (operation) => drafts.get(operation),
    read(operation, { base, document, lock }) {
      const draft = drafts.get(operation);
      if (!draft)
        return put(operation, {
          ...{ base, edit: base, document, lock, refused: {}, conflicts: {} },
          ...{ isSaving: false, steps: [], saves: 0, edition: 0 },
        });
      if (lock > draft.lock) put(operation, rebased({ ...draft, document }, base, lock));
    },
    change(operation, part) {
      const draft = drafts.get(operation);
      if (!draft) return;
      const edit = Object.entries({ ...draft.edit, ...part }).filter(([, value]) => value !== undefined);
      const next = { ...draft, edit: Object.fromEntries(edit) as ToolEdit, problem: undefined };
      const values = valuesOf(next.edit, next.document);
      const base = valuesOf(next.base);
      const isStill = ([path, { value }]: [string, { value: unknown }]) => isSame(value, values.get(path));
      const differs = ([path]: [string, unknown]) => !isSame(base.get(path), values.get(path));
      put(operation, {
        ...next,
        refused: Object.fromEntries(Object.entries(draft.refused).filter(isStill)),
        conflicts: Object.fromEntries(Object.entries(draft.conflicts).filter(differs)),
      });
      rest(operation);
      timers.set(
        operation,
        setTimeout(() => void flush(operation), REST_MS),
      );
    },
    flush,
    async flushAll() {
      await Promise.all([...drafts.keys()].map(flush));
    },
    keepMine(operation, path) {
      const draft = drafts.get(operation);
      const conflict = draft?.conflicts[path];
      if (!draft || !conflict) return;
      const { [path]: _gone, ...conflicts } = draft.conflicts;
      put(operation, { ...draft, base: withValue(draft.base, path, conflict.theirs), conflicts });
      void flush(operation);
    },
    takeTheirs(operation, path) {
      const draft = drafts.get(operation);
      const conflict = draft?.conflicts[path];
      if (!draft || !conflict) return;
      const { [path]: _gone, ...conflicts } = draft.conflicts;
      put(operation, {
        ...draft,
        base: withValue(draft.base, path, conflict.theirs),
        edit: withValue(draft.edit, path, conflict.theirs),
        conflicts,
        edition: draft.edition + 1,
      });
    },
    discard(operation) {
      rest(operation);
      const draft = drafts.get(operation);
      if (!draft) return;
      const { base, edition } = draft;
      put(operation, { ...draft, edit: base, refused: {}, conflicts: {}, problem: undefined, edition: edition + 1 });
    },
    async undo(operation) {
      await flush(operation);
      const step = drafts.get(operation)?.steps.at(-1);
      if (!step) return "There is nothing to undo any more.";
      update(operation, { isSaving: true });
      const answer = await save(operation, step);
      const draft = drafts.get(operation);
      if (!draft) return undefined;
      const isLost = answer.ok || answer.conflicts.length > 0;
      const steps = isLost ? draft.steps.filter((one) => one !== step) : draft.steps;
      if (!answer.ok) {
        put(operation, { ...draft, isSaving: false, steps });
        return answer.conflicts.length > 0
          ? "Somebody else has changed it since, so it can no longer be undone."
          : answer.message;
      }
      const { after, lock } = answer.value;
      const undone = rebased(draft, after, lock, fieldsOf(step.from));
      put(operation, { ...undone, isSaving: false, saves: draft.saves + 1, steps, edition: draft.edition + 1 });
      onSaved(operation, false);
      return undefined;
    },
    unsaved: () => [...drafts].flatMap(([key, draft]) => (isUnsaved(draft) ? [key] : [])),
    stuck: () => stuckNow,
  };
}

/** Whether something is written that is not kept. */
export function isUnsaved({ edit, base, document }: ToolDraft): boolean {
  return differing(valuesOf(edit, document), valuesOf(base, document)).length > 0;
}

function isStuck(draft: ToolDraft): boolean {
  const isHeld = Object.keys(draft.refused).length + Object.keys(draft.conflicts).length > 0;
  return !draft.isSaving && (isHeld || draft.problem !== undefined) && isUnsaved(draft);
}

/** What is to be saved: all that differs but what cannot be. */
function outgoing({ edit, base, document, refused, conflicts }: ToolDraft) {
  const values = valuesOf(edit, document);
  const paths = differing(values, valuesOf(base, document)).filter(
    (path) => !Object.hasOwn(refused, path) && !Object.hasOwn(conflicts, path),
  );
  return { base: valuesOf(base), paths, values };
}

function hasOutgoing(draft: ToolDraft | undefined): boolean {
  return draft !== undefined && outgoing(draft).paths.length > 0;
}

/** The fields of some changes with the value of each. */
function fieldsOf({ parameters, ...fields }: ToolChanges): Values {
  const inner = Object.entries(parameters ?? {}).map(([key, value]) => [`parameters.${key}`, value] as const);
  return new Map<string, unknown>([...Object.entries(fields), ...inner]);
}

/**
 * The draft over what is kept now. What is changed here keeps its own past, so that saving it notices what others did to it; what was written
 * here (`sent`: as it stood in the form) has what is kept as its past, and is as it is kept unless it was changed since.
 */
function rebased(draft: ToolDraft, after: ToolEdit, lock: number, sent: Values = new Map()): ToolDraft {
  const { document } = draft;
  const written = valuesOf(draft.edit, document);
  const [was, is, stored] = [valuesOf(draft.base, document), valuesOf(after, document), valuesOf(after)];
  let { base, edit } = draft;
  let isOther = false;
  for (const path of new Set([...written.keys(), ...was.keys(), ...stored.keys(), ...sent.keys()])) {
    const [mine, kept] = [written.get(path), is.get(path)];
    const isDone = sent.has(path) && isSame(mine, sent.get(path));
    // What was sent and is written otherwise by now was changed since, also back to what it had been.
    const isMine = sent.has(path) ? !isDone : !isSame(mine, was.get(path));
    if (isMine && !sent.has(path) && !isSame(mine, kept)) continue;
    base = withValue(base, path, stored.get(path));
    if (isMine || isSame(mine, kept)) continue;
    edit = withValue(edit, path, stored.get(path));
    isOther ||= !isDone && path.startsWith("parameters.");
  }
  return { ...draft, base, edit, lock, edition: draft.edition + (isOther ? 1 : 0) };
}

/** A single value in an answer, and where it stands. */
export interface AnswerField {
  path: readonly (string | number)[];
  /** The path as people write it: `result[0].id`. */
  name: string;
  value: string | number | boolean | null;
  /** It is what was asked for, so that it stays the same while other values come and go. */
  isAsked: boolean;
}

/** Nobody looks through more of them. */
const FIELDS_MAX = 100;
/** Longer texts are no expectation that somebody would keep up to date. */
const TEXT_CHARS_MAX = 200;

/**
 * The single values of an answer that can be expected of the next one, in its order: of each list those of the first item, and no long texts.
 * Pure.
 */
export function answerFields(answer: unknown, args: Readonly<Record<string, unknown>>): AnswerField[] {
  const found: AnswerField[] = [];
  const asked = Object.entries(args);
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (found.length >= FIELDS_MAX) return;
    if (Array.isArray(value)) {
      if (value.length > 0) walk(value[0], [...path, 0]);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, member] of Object.entries(value)) walk(member, [...path, key]);
    } else if (isSingle(value) && path.length > 0) {
      const key = String(path.findLast((part) => typeof part === "string") ?? "");
      found.push({ path, name: nameOf(path), value, isAsked: asked.some((one) => isEcho(one, key, value)) });
    }
  };
  walk(answer, []);
  return found;
}

/** What an answer has to hold of the fields that somebody chose, as an expectation has it; undefined for none of them. Pure. */
export function matchesOf(fields: readonly Pick<AnswerField, "path" | "value">[]): unknown {
  return fields.length === 0 ? undefined : build(fields, 0);
}

function build(fields: readonly Pick<AnswerField, "path" | "value">[], depth: number): unknown {
  const [first] = fields;
  if (!first || depth === first.path.length) return first?.value;
  const groups = new Map<string | number, Pick<AnswerField, "path" | "value">[]>();
  for (const field of fields) {
    const part = field.path[depth] ?? "";
    groups.set(part, [...(groups.get(part) ?? []), field]);
  }
  const built = [...groups].map(([part, those]) => [part, build(those, depth + 1)] as const);
  return typeof first.path[depth] === "number" ? built.map(([, value]) => value) : Object.fromEntries(built);
}

function isSingle(value: unknown): value is AnswerField["value"] {
  if (typeof value === "string") return value.length <= TEXT_CHARS_MAX;
  return value === null || typeof value === "number" || typeof value === "boolean";
}

/** A text that was given stands for itself; a number only under the argument's name: `petId` for `id`. */
function isEcho([name, given]: readonly [string, unknown], key: string, value: AnswerField["value"]): boolean {
  if (given !== value || value === null || value === "") return false;
  return typeof value === "string" || name.toLowerCase().endsWith(key.toLowerCase());
}

function nameOf(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (name, part) => (typeof part === "number" ? `${name}[${part}]` : name === "" ? part : `${name}.${part}`),
    "",
  );
}

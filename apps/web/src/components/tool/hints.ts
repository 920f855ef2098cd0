import type { ToolHints } from "@portico/openapi";
import type { Kind } from "./kind.ts";

/** What a person says of what a tool does, where that is not what its document says. */
export type Hints = Partial<ToolHints>;

export interface Documented {
  kind: Kind;
  annotations: ToolHints;
}

export interface Shown {
  kind: Kind;
  isRepeatable: boolean;
  isOpenWorld: boolean;
}

/** What a tool does, as it is served with these hints. */
export function shownHints(hints: Hints, { kind: documented, annotations }: Documented): Shown {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint = annotations.openWorldHint } = hints;
  const isSaid = readOnlyHint !== undefined || destructiveHint !== undefined;
  const kind = readOnlyHint ? "reading" : destructiveHint ? "destroying" : isSaid ? "changing" : documented;
  // Of what reads no more by the person alone, nobody said that it can be repeated.
  const otherwise = documented === "reading" ? false : annotations.idempotentHint;
  return {
    kind,
    isRepeatable: kind === "reading" || (idempotentHint ?? otherwise),
    isOpenWorld: openWorldHint,
  };
}

const OF_KIND: Record<Kind, Hints> = {
  reading: { readOnlyHint: true },
  changing: { readOnlyHint: false, destructiveHint: false },
  destroying: { readOnlyHint: false, destructiveHint: true },
};

/** The hints after one choice. What the document says by itself is not said again. */
export function choose(hints: Hints, chosen: Partial<Shown>, documented: Documented): Hints {
  const { readOnlyHint, destructiveHint, ...rest } = hints;
  const before: Hints = { ...(readOnlyHint === undefined ? {} : { readOnlyHint }) };
  if (destructiveHint !== undefined) before.destructiveHint = destructiveHint;
  const ofKind = chosen.kind === undefined ? before : chosen.kind === documented.kind ? {} : OF_KIND[chosen.kind];
  const next: Hints = { ...rest, ...ofKind };
  if (chosen.isRepeatable !== undefined) next.idempotentHint = chosen.isRepeatable;
  if (chosen.isOpenWorld !== undefined) next.openWorldHint = chosen.isOpenWorld;
  return withoutSame(next, documented);
}

/** Without what would be so anyway. */
function withoutSame(hints: Hints, documented: Documented): Hints {
  const { idempotentHint, openWorldHint, ...ofKind } = hints;
  const plain = shownHints(ofKind, documented);
  return {
    ...ofKind,
    ...(idempotentHint === undefined || plain.kind === "reading" || idempotentHint === plain.isRepeatable
      ? {}
      : { idempotentHint }),
    ...(openWorldHint === undefined || openWorldHint === plain.isOpenWorld ? {} : { openWorldHint }),
  };
}

export function isSameHints(one: Hints, other: Hints): boolean {
  const textOf = (hints: Hints) => JSON.stringify(Object.entries(hints).sort());
  return textOf(one) === textOf(other);
}

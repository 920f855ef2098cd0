import type { Compiled } from "@portico/openapi";
import type { Ctx } from "../context.ts";
import { openCompiled } from "./revision.ts";

const KEPT_MS = 60_000;

let kept: { revisionId: string; until: number; compiled: Promise<Compiled> } | undefined;

/**
 * The compiler's output of a revision, for reading one tool after another: opening a large document takes most of a second, so the
 * last one stays open for a minute. A revision never changes. The caller has checked that it may be seen, and changes nothing in it.
 */
export async function readCompiled({ db }: Pick<Ctx, "db">, revisionId: string): Promise<Compiled> {
  const known = keptCompiled(revisionId);
  if (known) return known;
  const compiled = db.documentRevision
    .findUniqueOrThrow({ where: { id: revisionId }, select: { compiled: true } })
    .then((row) => openCompiled(row));
  const entry = { revisionId, until: Date.now() + KEPT_MS, compiled };
  kept = entry;
  const forget = () => {
    if (kept === entry) kept = undefined;
  };
  compiled.catch(forget);
  setTimeout(forget, KEPT_MS).unref();
  return compiled;
}

/** The same, if it is open. */
export function keptCompiled(revisionId: string): Promise<Compiled> | undefined {
  return kept?.revisionId === revisionId && kept.until > Date.now() ? kept.compiled : undefined;
}

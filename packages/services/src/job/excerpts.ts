import type { Prisma, Vault } from "@portico/db";
import type { Excerpt, Position } from "@portico/openapi";
import { openPayload, sealPayload } from "./payload.ts";

type Told = { position?: Position } & Record<string, unknown>;

/**
 * The details of a failure without what they quote of the source, and that as it waits beside the job: sealed as the source was, because what
 * could not be read may hold live tokens.
 */
export async function sealExcerpts(
  vault: Vault,
  jobId: string,
  details: unknown,
): Promise<{ details: Prisma.InputJsonValue | undefined; payload: Uint8Array<ArrayBuffer> | null }> {
  const diagnostics = toldIn(details);
  const excerpts = diagnostics.map(({ position }) => position?.excerpt ?? null);
  if (excerpts.every((excerpt) => excerpt === null))
    return { details: details as Prisma.InputJsonValue | undefined, payload: null };
  const bare = diagnostics.map(({ position, ...diagnostic }) => {
    if (!position) return diagnostic;
    const { excerpt: _excerpt, ...place } = position;
    return { ...diagnostic, position: place };
  });
  return {
    details: { ...(details as object), diagnostics: bare } as Prisma.InputJsonValue,
    payload: await sealPayload(vault, jobId, JSON.stringify(excerpts)),
  };
}

/** The details with what they quoted; without it where the key that it was sealed with is gone. */
export async function openExcerpts(
  vault: Vault,
  jobId: string,
  details: unknown,
  payload: Uint8Array | null,
): Promise<unknown> {
  const diagnostics = toldIn(details);
  if (payload === null || diagnostics.length === 0) return details;
  try {
    const opened = Buffer.from(await openPayload(vault, jobId, payload)).toString("utf8");
    const excerpts = JSON.parse(opened) as (Excerpt | null)[];
    const told = diagnostics.map((diagnostic, at) => {
      const excerpt = excerpts[at];
      return diagnostic.position && excerpt
        ? { ...diagnostic, position: { ...diagnostic.position, excerpt } }
        : diagnostic;
    });
    return { ...(details as object), diagnostics: told };
  } catch {
    return details;
  }
}

function toldIn(details: unknown): Told[] {
  const diagnostics = (details as { diagnostics?: unknown } | null | undefined)?.diagnostics;
  return Array.isArray(diagnostics) ? (diagnostics as Told[]) : [];
}

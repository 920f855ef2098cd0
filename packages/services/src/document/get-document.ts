import {
  type Compiled,
  type ConvertedFrom,
  type Diagnostic,
  explainSuggestion,
  type Operation,
  type SecurityScheme,
  type Suggestion,
} from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { isValidated } from "./list-findings.ts";
import { positioned, positionsOf } from "./positions.ts";
import { findingsOf, openCompiled } from "./revision.ts";
import { type DocumentWatchView, readWatch } from "./watch.ts";

export interface DocumentView {
  id: string;
  title: string;
  version: string;
  description: string | undefined;
  format: string;
  sourceUrl: string | null;
  sourceBytes: number;
  revisionId: string;
  operations: Operation[];
  /** By which rules some of them are suggested. */
  suggestion: Suggestion;
  diagnostics: Diagnostic[];
  /** False while the check against the specification has yet to run: its findings join the diagnostics later. */
  isValidated: boolean;
  /** What it was made of, where it was no OpenAPI document: "postman", "har" or "curl". */
  convertedFrom: ConvertedFrom | undefined;
  /** Other origins that its references were read from. */
  allowOrigins: string[];
  securitySchemes: SecurityScheme[];
  baseUrls: Compiled["baseUrls"];
  /** How often its link is looked at again. */
  watch: DocumentWatchView;
  /** Servers that are built from it. */
  servers: { id: string; slug: string; title: string }[];
}

/** A document with the operations of its current revision: what the picker shows. */
export async function getDocument({ ctx, input }: Call<{ id: string }>): Promise<DocumentView> {
  authorize(ctx, "server.read");
  const document = await ctx.db.document.findFirst({
    where: { id: input.id, organizationId: ctx.organizationId },
    include: { servers: { select: { server: { select: { id: true, slug: true, title: true } } } } },
  });
  const revision = document?.currentRevisionId
    ? await ctx.db.documentRevision.findFirst({
        where: { id: document.currentRevisionId, organizationId: ctx.organizationId },
        omit: { source: true, text: true },
      })
    : null;
  if (!document || !revision) throw notFound("document");
  const {
    operations,
    diagnostics,
    securitySchemes,
    baseUrls,
    version,
    description,
    convertedFrom,
    allowOrigins = [],
  } = await openCompiled(revision);
  return {
    id: document.id,
    title: document.title,
    version,
    description,
    format: revision.format,
    sourceUrl: document.sourceUrl,
    sourceBytes: revision.sourceBytes,
    revisionId: revision.id,
    operations,
    suggestion: explainSuggestion(operations),
    diagnostics: [...positioned(diagnostics, positionsOf(revision)), ...findingsOf(revision)],
    isValidated: isValidated(revision),
    convertedFrom,
    allowOrigins,
    securitySchemes,
    baseUrls,
    watch: await readWatch(ctx, document.id),
    servers: document.servers.map(({ server }) => server),
  };
}

import type { Mail } from "@portico/mail";
import { type MergeReport, mergeDocuments } from "@portico/openapi";
import type { Ctx } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import type { JobBody } from "./job-body.ts";
import { mailMembers } from "./mail-members.ts";

/** Whom it concerns: those who can move a server to the new revision. */
const ROLES = ["owner", "admin", "builder"] as const;
const SERVERS_MAX = 10;
/** Operations that a mail names of each kind. */
const NAMED_MAX = 10;

/**
 * Mails those who build servers what changed in a document. Each of them once, also when the job runs again. Where none of its operations
 * changed there is nothing to tell. Result: { documentId, mailed }.
 */
export const tellDocumentChangedJob: JobBody = async ({ ctx, input }) => {
  const [documentId, before, after] = [input.documentId, input.before, input.after].map(String);
  const mail =
    ctx.mailer && (await writeMail(ctx, { documentId: documentId ?? "", before: before ?? "", after: after ?? "" }));
  const mailed = mail ? await mailMembers(ctx, { roles: ROLES, key: `document-told:${after}`, mail }) : 0;
  return async () => ({ documentId: documentId ?? "", mailed });
};

async function writeMail(
  ctx: Ctx,
  { documentId, before, after }: { documentId: string; before: string; after: string },
): Promise<Omit<Mail, "to"> | undefined> {
  const [document, revisions, servers] = await Promise.all([
    ctx.db.document.findFirst({ where: { id: documentId, organizationId: ctx.organizationId } }),
    ctx.db.documentRevision.findMany({
      where: { id: { in: [before, after] }, organizationId: ctx.organizationId },
      select: { id: true, number: true, compiled: true },
    }),
    ctx.db.server.findMany({
      where: {
        organizationId: ctx.organizationId,
        documents: { some: { documentId, revisionId: { not: after } } },
      },
      select: { slug: true, title: true, documents: { select: { documentId: true }, orderBy: { position: "asc" } } },
      orderBy: { title: "asc" },
      take: SERVERS_MAX,
    }),
  ]);
  const [one, other] = [before, after].map((id) => revisions.find((row) => row.id === id));
  if (!document || !one || !other) return undefined;
  const { report } = mergeDocuments(await openCompiled(one), await openCompiled(other), {
    selection: [],
    overrides: [],
  });
  const changes = describeChanges(report);
  if (changes.length === 0) return undefined;
  const [first, ...more] = servers;
  const pageOf = ({ slug, documents }: (typeof servers)[number]) =>
    `${ctx.publicUrl}/servers/${slug}/upgrade${documents[0]?.documentId === documentId ? "" : `?document=${documentId}`}`;
  return {
    subject: `${document.title} changed`,
    paragraphs: [
      `Portico looked at ${document.sourceUrl} and found a changed document. It is kept as revision ${other.number}; drafts and what clients are served stay as they are.`,
      ...changes,
      ...(more.length > 0
        ? [`Also built from it: ${more.map((server) => `${server.title} (${pageOf(server)})`).join(", ")}`]
        : []),
    ],
    action: first
      ? { label: `Review what changes for ${first.title}`, url: pageOf(first) }
      : { label: "Open the document", url: `${ctx.publicUrl}/documents/${documentId}` },
    footnote:
      "You get this because you can build servers in this organization. How often the link is looked at is set where the document is shown on a server's page.",
  };
}

/** A sentence for each kind of change. */
export function describeChanges({ added, removed, renamed, changed }: MergeReport): string[] {
  const breaking = changed.filter(({ isBreaking }) => isBreaking);
  const rest = changed.filter(({ isBreaking }) => !isBreaking);
  const kinds: [string, string[]][] = [
    ["Added", added],
    ["Removed", removed.map(({ operation }) => operation)],
    ["Moved", renamed.map(({ from, to }) => `${from} to ${to}`)],
    ["Changed in a way that may break callers", breaking.map(({ operation }) => operation)],
    ["Changed", rest.map(({ operation }) => operation)],
  ];
  return kinds.flatMap(([kind, names]) =>
    names.length === 0
      ? []
      : [`${kind} (${names.length}): ${names.slice(0, NAMED_MAX).join(", ")}${names.length > NAMED_MAX ? ", …" : ""}`],
  );
}

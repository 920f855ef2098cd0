import type { UpgradeReview } from "@portico/services";

type Change = UpgradeReview["changes"]["changed"][number];

/** A review cut the way it is read: what may break somebody's use stands by itself. */
export interface Sections {
  breaking: { lost: string[]; changed: Change[] };
  added: UpgradeReview["added"];
  /** Gone, and no tools of this server. */
  removed: string[];
  renamed: UpgradeReview["changes"]["renamed"];
  changed: Change[];
  /** Fields that the document and a person both changed. */
  edits: UpgradeReview["changes"]["conflicting"];
  /** Edits whose operation, media type or parameter is gone. */
  lostEdits: UpgradeReview["changes"]["conflicting"];
}

const LOST_FIELDS = new Set(["operation", "contentType", "askFor", "parameters"]);

/** Only what is a tool of the server can break somebody's use. */
export function toSections({ changes, added, tools }: UpgradeReview): Sections {
  const isBreaking = ({ operation, isBreaking }: Change) => isBreaking && Object.hasOwn(tools, operation);
  const isLost = ({ field }: { field: string }) => LOST_FIELDS.has(field);
  return {
    breaking: {
      lost: changes.removed.filter(({ wasSelected }) => wasSelected).map(({ operation }) => operation),
      changed: changes.changed.filter(isBreaking),
    },
    added,
    removed: changes.removed.filter(({ wasSelected }) => !wasSelected).map(({ operation }) => operation),
    renamed: changes.renamed,
    changed: changes.changed.filter((change) => !isBreaking(change)),
    edits: changes.conflicting.filter((conflict) => !isLost(conflict)),
    lostEdits: changes.conflicting.filter(isLost),
  };
}

/** "3 added, 1 removed, 2 changed, 1 breaking"; nothing when no operation is another one. */
export function summarize(review: UpgradeReview): string | undefined {
  const { added, removed, renamed, changed } = review.changes;
  const { breaking } = toSections(review);
  const parts = [
    [added.length, "added"],
    [removed.length, "removed"],
    [renamed.length, "renamed"],
    [changed.length, "changed"],
    [breaking.lost.length + breaking.changed.length, "breaking"],
  ].filter(([count]) => count !== 0);
  return parts.length === 0
    ? undefined
    : parts.map(([count, word]) => `${count?.toLocaleString("en")} ${word}`).join(", ");
}

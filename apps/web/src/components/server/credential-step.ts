import { splitKey } from "@portico/openapi";
import type { CallView, CredentialView, ServerDetail } from "@portico/services";

type Known = Pick<CredentialView, "documentId" | "setAt" | "ownInProfiles">;
type Called = Pick<CallView, "id" | "occurredAt" | "operation" | "status">;

export interface CredentialStep {
  isDone: boolean;
  hint: string;
  /** The call that an API refused what is stored for it with. */
  refusedCall?: string;
}

/** What an API answers to a credential that it does not take. */
const REFUSALS = new Set([401, 403]);

/**
 * Whether each API of a server that wants a credential has one that it takes, as its last call tells; undefined when none wants one. `calls`:
 * the last ones, newest first.
 */
export function credentialStep(
  documents: readonly Pick<ServerDetail["documents"][number], "id" | "title" | "key">[],
  credentials: readonly Known[],
  calls: readonly Called[],
): CredentialStep | undefined {
  const answered = lastAnswers(documents, calls);
  const wanting = documents.flatMap(({ id, title, key }) => {
    const own = credentials.filter(({ documentId }) => documentId === id);
    if (own.length === 0) return [];
    const isPersons = own.some(({ ownInProfiles }) => ownInProfiles.length > 0);
    const setAt = Math.max(...own.map(({ setAt }) => setAt?.getTime() ?? Number.NEGATIVE_INFINITY));
    const last = answered.get(key);
    // What each person brings is theirs to put right; and a call from before says nothing of what is stored now.
    const isStored = Number.isFinite(setAt);
    const isRefused = !isPersons && isStored && isRefusal(last) && last.occurredAt.getTime() > setAt;
    return [{ title, isPersons, isSet: isPersons || isStored, refusal: isRefused ? last : undefined }];
  });
  if (wanting.length === 0) return undefined;
  const [first, ...others] = wanting.filter(({ isSet }) => !isSet);
  const isOne = documents.length === 1;
  if (first && !isOne)
    return {
      isDone: false,
      hint: others.length > 0 ? `${others.length + 1} APIs have none yet` : `${first.title} has none yet`,
    };
  const refused = wanting.find(({ refusal }) => refusal);
  if (refused?.refusal)
    return {
      isDone: false,
      hint: isOne ? "Set, and refused by the API" : `Set, and refused by ${refused.title}`,
      refusedCall: refused.refusal.id,
    };
  const isDone = first === undefined;
  if (wanting.every(({ isPersons }) => isPersons)) return { isDone, hint: "Each person brings their own" };
  return {
    isDone,
    hint: isOne ? "The document says that its API wants one" : "Every API that wants one has one",
  };
}

function isRefusal(call: Called | undefined): call is Called {
  return REFUSALS.has(call?.status ?? 0);
}

/** The last call that the API of each document answered, by the document's key. */
function lastAnswers(documents: readonly { key: string }[], calls: readonly Called[]): Map<string, Called> {
  const keys = documents.map(({ key }) => key);
  const last = new Map<string, Called>();
  for (const call of calls) {
    if (call.operation === null || call.status === null) continue;
    const { document } = splitKey(call.operation, keys);
    if (!last.has(document)) last.set(document, call);
  }
  return last;
}

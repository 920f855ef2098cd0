import type { CredentialView, ServerDetail } from "@portico/services";

type Known = Pick<CredentialView, "documentId" | "setAt" | "ownInProfiles">;

/** Whether each API of a server that wants a credential has one; undefined when none wants one. */
export function credentialStep(
  documents: readonly Pick<ServerDetail["documents"][number], "id" | "title">[],
  credentials: readonly Known[],
): { isDone: boolean; hint: string } | undefined {
  const wanting = documents.flatMap(({ id, title }) => {
    const own = credentials.filter(({ documentId }) => documentId === id);
    if (own.length === 0) return [];
    const isPersons = own.some(({ ownInProfiles }) => ownInProfiles.length > 0);
    return [{ title, isPersons, isDone: isPersons || own.some(({ setAt }) => setAt !== null) }];
  });
  if (wanting.length === 0) return undefined;
  const [first, ...others] = wanting.filter(({ isDone }) => !isDone);
  const isDone = first === undefined;
  if (documents.length > 1 && !isDone)
    return {
      isDone,
      hint: others.length > 0 ? `${others.length + 1} APIs have none yet` : `${first.title} has none yet`,
    };
  if (wanting.every(({ isPersons }) => isPersons)) return { isDone, hint: "Each person brings their own" };
  return {
    isDone,
    hint: documents.length > 1 ? "Every API that wants one has one" : "The document says that its API wants one",
  };
}

import type { Tool } from "@portico/openapi";

/** Where the calls of a document's tools go, where the document alone does not say. */
export interface Place {
  /** Replaces every base URL of the document. */
  baseUrl?: string;
  /** Where the document was read; relative base URLs resolve against it. */
  documentUrl?: string;
}

/** The place of the document without a key, and those of the others. */
export interface Places extends Place {
  documents?: readonly (Place & { key: string; title: string })[];
}

/** Base URLs that a profile has in the place of the server's: of the document without a key, and of others by their key. */
export interface ProfileBases {
  baseUrl?: string | undefined;
  baseUrls?: Readonly<Record<string, string>> | undefined;
}

/** Where a tool's calls go. A tool of one document never goes where another document's do. */
export function placeOf(
  { baseUrl, documentUrl, documents = [] }: Places,
  { document }: Pick<Tool, "document">,
  profile?: ProfileBases | null,
): Place {
  if (document === undefined) return definedPlace(profile?.baseUrl ?? baseUrl, documentUrl);
  const own = documents.find(({ key }) => key === document);
  const { baseUrls = {} } = profile ?? {};
  return definedPlace(Object.hasOwn(baseUrls, document) ? baseUrls[document] : own?.baseUrl, own?.documentUrl);
}

function definedPlace(baseUrl: string | undefined, documentUrl: string | undefined): Place {
  return { ...(baseUrl ? { baseUrl } : {}), ...(documentUrl ? { documentUrl } : {}) };
}

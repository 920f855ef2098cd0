import { uuidv7 } from "uuidv7";

/** Every kind of stored noun and the prefix of its ids. */
const PREFIXES = {
  user: "usr",
  authSession: "ses",
  account: "acc",
  verification: "vrf",
  organization: "org",
  member: "mem",
  invitation: "inv",
  apiKey: "key",
  document: "doc",
  revision: "rev",
  server: "srv",
  version: "ver",
  credential: "crd",
  connection: "con",
  job: "job",
  usageEvent: "evt",
  auditEvent: "aud",
} as const;

export type IdKind = keyof typeof PREFIXES;

/** A new id: the prefix of its kind and a UUIDv7 without dashes, so ids sort by creation. RFC 9562 §5.7. */
export function newId(kind: IdKind): string {
  return `${PREFIXES[kind]}_${uuidv7().replaceAll("-", "")}`;
}

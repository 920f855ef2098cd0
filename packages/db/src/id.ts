import { V7Generator } from "uuidv7";

/** Every kind of stored noun and the prefix of its ids. */
const PREFIXES = {
  user: "usr",
  authSession: "ses",
  account: "acc",
  verification: "vrf",
  organization: "org",
  member: "mem",
  invitation: "inv",
  twoFactor: "tfa",
  passkey: "psk",
  apiKey: "key",
  oauthClient: "ocl",
  document: "doc",
  revision: "rev",
  server: "srv",
  version: "ver",
  credential: "crd",
  upstreamGrant: "upg",
  connection: "con",
  team: "tea",
  accessGrant: "acg",
  profile: "prf",
  profileValue: "pfv",
  ssoProvider: "sso",
  ssoDomain: "dom",
  modelProvider: "mdl",
  evalCase: "evc",
  job: "job",
  usageEvent: "evt",
  auditEvent: "aud",
} as const;

export type IdKind = keyof typeof PREFIXES;

/** Randomness is drawn this many words at a time: asking for a little of it costs as much as asking for much. */
const WORDS = 1024;
const words = new Uint32Array(WORDS);
let used = WORDS;

const generator = new V7Generator({
  nextUint32() {
    if (used === WORDS) {
      crypto.getRandomValues(words);
      used = 0;
    }
    return words[used++] as number;
  },
});

/** A new id: the prefix of its kind and a UUIDv7 without dashes, so ids sort by creation. RFC 9562 §5.7. */
export function newId(kind: IdKind): string {
  return `${PREFIXES[kind]}_${generator.generate().toHex()}`;
}

import { createHash, randomBytes } from "node:crypto";
import type { Vault } from "@portico/db";
import type { Deps } from "../context.ts";
import { AppError } from "../error.ts";
import type { StoredCredential } from "../input.ts";
import { credentialContext } from "./credential.ts";

/** A client that people sign in at an API with. */
export type SignInClient = Extract<StoredCredential, { type: "authorizationCode" }>;

/** How long somebody may take to sign in at the API. */
const SIGN_IN_MS = 10 * 60_000;

/**
 * Where an API sends people back to; its client has to be registered with this address. Each organization has its own: one that stores
 * another's client does not get that one's codes (RFC 9700 §4.4.2).
 */
export function upstreamCallback({ publicUrl }: Pick<Deps, "publicUrl">, organizationId: string): string {
  return `${publicUrl}/oauth/upstream/callback/${organizationId}`;
}

/** What a person had picked on the connect page when they went to sign in. */
export interface ConnectPicks {
  profileId: string;
  /** Which are chosen, the browser keeps for itself. */
  tools: "all" | "reading" | "chosen";
  /** Absent: until they end it. */
  days?: number;
}

/** The page of ours that somebody came from, and comes back to. */
export type SignInBack =
  /** An admin: every call will use the account. */
  | { page: "credentials"; slug: string }
  /** A person, for themselves: from a request to connect that still waits, or from a connection that they have. */
  | { page: "connect"; uid: string; picks: ConnectPicks }
  | { page: "connections"; connectionId: string };

/** A row of a client that people sign in with; the values that it has had are told apart by `setAt`. */
export interface ClientRow {
  id: string;
  organizationId: string;
  serverId: string;
  scheme: string;
  sealed: string;
  setAt: Date;
}

/** A person in a browser in which they are signed in here. */
export interface PersonAtBrowser {
  id: string;
  sessionId: string;
}

/** What is remembered of a sign-in while the person is away. */
interface Pending {
  credentialId: string;
  setAt: string;
  userId: string;
  sessionId: string;
  verifier: string;
  scopes: string[];
  back: SignInBack;
}

export function openClient(vault: Pick<Vault, "open">, { sealed, serverId, scheme }: ClientRow): SignInClient {
  return JSON.parse(vault.open(sealed, credentialContext(serverId, scheme))) as SignInClient;
}

/**
 * The address at the API that a person's browser is sent to. What comes back counts for that person in that browser session, once, and for
 * ten minutes (RFC 9700 §4.7; PKCE by RFC 7636, always S256).
 */
export async function startSignIn(
  deps: Pick<Deps, "state" | "vault" | "publicUrl">,
  row: ClientRow,
  { person, scopes, back }: { person: PersonAtBrowser; scopes: string[]; back: SignInBack },
): Promise<string> {
  const client = openClient(deps.vault, row);
  const [state, verifier] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  const pending: Pending = {
    credentialId: row.id,
    setAt: row.setAt.toISOString(),
    userId: person.id,
    sessionId: person.sessionId,
    ...{ verifier, scopes, back },
  };
  await deps.state.set(keyOf(state), deps.vault.seal(JSON.stringify(pending), keyOf(state)), SIGN_IN_MS);
  const url = new URL(client.authorizationUrl);
  const params = {
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: upstreamCallback(deps, row.organizationId),
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...(scopes.length > 0 ? { scope: scopes.join(" ") } : {}),
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

/** What an API sent a person back with, and to which organization's address. */
export interface UpstreamAnswer {
  organizationId: string;
  state: string;
  code?: string;
  error?: string;
  /** Who says that it is (RFC 9207). */
  iss?: string;
}

const stale = () =>
  new AppError("invalid_input", "This sign-in is not yours, was used, or took too long. Start it again.");

/**
 * What is remembered of the sign-in that an answer is of, with its client; refused for every other answer, and for the second one. An
 * answer of another authorization server than the one asked counts for none.
 */
export async function takePending(deps: Deps, { state, organizationId, iss }: UpstreamAnswer, person: PersonAtBrowser) {
  const key = keyOf(state);
  const sealed = await deps.state.get(key);
  if (!sealed) throw stale();
  const pending = JSON.parse(deps.vault.open(sealed, key)) as Pending;
  if (pending.userId !== person.id || pending.sessionId !== person.sessionId) throw stale();
  if (!(await deps.state.setIfAbsent(`${key}:used`, "1", SIGN_IN_MS))) throw stale();
  await deps.state.delete(key);
  const row = await deps.db.credential.findUnique({ where: { id: pending.credentialId } });
  const isSame = row?.type === "authorizationCode" && row.setAt.toISOString() === pending.setAt;
  if (!isSame || row.organizationId !== organizationId) throw stale();
  const client = openClient(deps.vault, row);
  // RFC 9207 §2.4: errors too.
  const isOther =
    iss === undefined ? client.namesItself === true : client.issuer !== undefined && client.issuer !== iss;
  if (isOther) throw new AppError("invalid_input", "Another authorization server than the one asked has answered.");
  return { pending, row, client };
}

/** A state is a credential of its browser: only its hash is kept. */
function keyOf(state: string): string {
  return `upstream-sign-in:${createHash("sha256").update(state).digest("base64url")}`;
}

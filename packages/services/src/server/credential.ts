import type { Tx, Vault } from "@portico/db";
import { newId } from "@portico/db";
import type { SecurityScheme, Tool } from "@portico/openapi";
import { originOf } from "@portico/upstream";
import type { Ctx } from "../context.ts";
import type { Environment } from "../environment.ts";
import { AppError } from "../error.ts";
import { type GivenCredential, type Reference, type StoredCredential, secretUrlSchema } from "../input.ts";
import type { TokenOwner } from "../serve/upstream-token.ts";
import type { Manifest } from "./manifest.ts";
import { type Places, type ProfileBases, placeOf } from "./places.ts";

/** A credential as it is sent. Clients that tokens are got with belong to the server, not to a profile. */
export type SentCredential = Extract<StoredCredential, { type: "apiKey" | "basic" | "bearer" }>;

/** What a sealed credential is bound to: moved to another row it does not open. */
export function credentialContext(serverId: string, scheme: string): string {
  return `credential:${serverId}:${scheme}`;
}

/** What a token is bound to: a credential's row; a person's row, with the client and the person. */
export function tokenContext(owner: TokenOwner): string {
  return `credential-token:${ownerContext(owner)}`;
}

/** What the sign-in behind a token is bound to. */
export function refreshContext(owner: TokenOwner): string {
  return `credential-refresh:${ownerContext(owner)}`;
}

function ownerContext(owner: TokenOwner): string {
  return owner.kind === "grant" ? `grant:${owner.id}:${owner.credentialId}:${owner.userId}` : owner.id;
}

/** A credential that was stored anew knows nothing of what the one before got. */
const NOT_CONNECTED = {
  token: null,
  tokenExpiresAt: null,
  refreshToken: null,
  connectedById: null,
  connectedAt: null,
  problem: null,
};

/** Which kinds of credential satisfy a security scheme. A token that a person got elsewhere also serves OAuth 2 and OpenID Connect. */
const SATISFIES: Record<SecurityScheme["type"], readonly StoredCredential["type"][]> = {
  apiKey: ["apiKey", "environment"],
  basic: ["basic", "environment"],
  bearer: ["bearer", "environment"],
  oauth2: ["bearer", "clientCredentials", "authorizationCode", "environment"],
  openIdConnect: ["bearer", "clientCredentials", "authorizationCode", "environment"],
  unsupported: [],
};

/**
 * The credential as it is stored. Refuses one for a scheme that the document does not have or that wants another kind. Of a reference it is
 * added what its value will be; of a client, addresses that were left out and the document says.
 */
export function checkCredential(
  schemes: readonly SecurityScheme[],
  name: string,
  credential: GivenCredential,
): KeptCredential {
  const scheme = schemes.find((candidate) => candidate.name === name);
  if (!scheme) {
    const known = schemes.map((candidate) => candidate.name).join(", ") || "none";
    throw new AppError("invalid_input", `The document has no security scheme "${name}". It has: ${known}.`, {
      scheme: name,
    });
  }
  if (SATISFIES[scheme.type].includes(credential.type)) {
    if (credential.type === "environment") return { ...credential, as: kindOf(scheme) };
    return "clientId" in credential ? withAddresses(scheme, credential) : credential;
  }
  const wanted = SATISFIES[scheme.type].join(" or ") || "a kind that Portico cannot send yet";
  throw new AppError("invalid_input", `The security scheme "${name}" wants ${wanted}, not ${credential.type}.`, {
    scheme: name,
  });
}

/** A client with the addresses that it needs: its own, or those of the flow that the document describes. */
function withAddresses(
  scheme: SecurityScheme,
  client: Extract<GivenCredential, { clientId: string }>,
): Extract<StoredCredential, { clientId: string }> {
  const flow = (scheme.flows as Record<string, Record<string, unknown>> | undefined)?.[client.type];
  const addressOf = (name: "tokenUrl" | "authorizationUrl", given: string | undefined) => {
    const parsed = secretUrlSchema.safeParse(given ?? flow?.[name]);
    if (parsed.success) return parsed.data;
    const message = `give it: the document does not say where that is for "${scheme.name}"`;
    throw new AppError("invalid_input", `${name}: ${message}`, { issues: [{ field: name, message }] });
  };
  const tokenUrl = addressOf("tokenUrl", client.tokenUrl);
  return client.type === "clientCredentials"
    ? { ...client, tokenUrl }
    : { ...client, tokenUrl, authorizationUrl: addressOf("authorizationUrl", client.authorizationUrl) };
}

/** What is stored for a security scheme, sealed. */
export type KeptCredential = Exclude<StoredCredential, Reference> | KeptReference;
/** A reference, and what the text that it stands for is. */
export type KeptReference = Reference & { as: SentCredential["type"] };

function kindOf({ type }: SecurityScheme): SentCredential["type"] {
  return type === "apiKey" || type === "basic" ? type : "bearer";
}

/**
 * What a stored credential is now; a reference is what the environment has for it, `user:password` for basic. Undefined where the environment has
 * nothing for it.
 */
export function resolveReference<Kept extends KeptCredential>(
  credential: Kept,
  environment: Environment,
): Exclude<Kept, KeptReference> | SentCredential | undefined {
  if (credential.type !== "environment") return credential as Exclude<Kept, KeptReference>;
  const text = environment.get(credential.name);
  if (text === undefined) return undefined;
  if (credential.as === "apiKey") return { type: "apiKey", value: text };
  if (credential.as === "bearer") return { type: "bearer", token: text };
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  return { type: "basic", username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Tools with what decides where they call: a draft, or a published version. */
export interface CalledTools {
  tools: readonly Pick<Tool, "plan" | "document">[];
  places: Places;
  /** What they run with in the place of the server's own base URLs. */
  profile?: ProfileBases;
  /** Of base URLs, where they are not what the document says. */
  variables?: Record<string, string>;
}

/** The origins that tools which want this scheme call: a credential that is stored now is meant for them and for no other. */
export function originsOf(scheme: string, { tools, places, profile, variables = {} }: CalledTools): string[] {
  const origins = tools
    .filter(({ plan }) => plan.security.flat().some((requirement) => requirement.scheme.name === scheme))
    .map((tool) => originOf(tool.plan, { ...placeOf(places, tool, profile), variables }));
  return [...new Set(origins.filter((origin) => origin !== undefined))].sort();
}

/** A version's tools as they are called. */
export function servedTools({ tools, ...places }: Manifest): CalledTools {
  return { tools, places };
}

/** Tells every gateway to read the server's credentials again, and whose sign-ins there are for them. */
export async function announceCredentials({ state }: Pick<Ctx, "state">, serverId: string): Promise<void> {
  await state.publish("credentials-changed", serverId);
  await state.publish("access-changed", serverId);
}

/** Seals and stores; an earlier value of the same scheme, where it might go, and what people got with it is gone. */
export async function saveCredential(
  tx: Tx,
  vault: Vault,
  row: { organizationId: string; serverId: string; scheme: string; credential: KeptCredential; origins: string[] },
): Promise<void> {
  const { organizationId, serverId, scheme, credential, origins } = row;
  const sealed = vault.seal(JSON.stringify(credential), credentialContext(serverId, scheme));
  const value = { type: credential.type, sealed, origins, setAt: new Date() };
  const { id } = await tx.credential.upsert({
    where: { serverId_scheme: { serverId, scheme } },
    create: { id: newId("credential"), organizationId, serverId, scheme, ...value },
    update: { ...value, ...NOT_CONNECTED },
    select: { id: true },
  });
  await tx.upstreamGrant.deleteMany({ where: { credentialId: id } });
}

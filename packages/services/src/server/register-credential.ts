import { assembledName } from "@portico/openapi";
import type { AuthorizationServerMetadata, Discovered, DiscoveryHints, Registered } from "@portico/upstream";
import { baseUrlOf } from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { httpUrlSchema, parseInput } from "../input.ts";
import { openDocuments, placesOf } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { placeOf } from "./places.ts";
import { setCredential } from "./set-credential.ts";
import { upstreamCallback } from "./sign-in-request.ts";

/** How many addresses that tools call are asked what they say of themselves. */
const RESOURCES_MAX = 3;

const placeSchema = z.object({
  serverId: z.string(),
  scheme: z.string().min(1).max(256),
  /** Who the authorization server is, where somebody knows; absent: what the document and the API say. */
  issuer: httpUrlSchema.optional(),
});

/** Where people sign in at the API of a security scheme, and what a client there needs to know. */
export interface SignInAddresses {
  issuer: string;
  authorizationUrl: string;
  tokenUrl: string;
  namesItself: boolean;
  /** Clients can register themselves there. */
  canRegister: boolean;
  sendIn: "header" | "form";
  /** Of the document, those that the authorization server has, and the one for renewing where it has that. */
  scopes: string[];
}

/** Asks the API and its authorization server where people sign in. Stores nothing. */
export async function findSignInAddresses(
  { ctx, input }: Call<z.input<typeof placeSchema>>,
  discover: (hints: DiscoveryHints) => Promise<Discovered>,
): Promise<SignInAddresses> {
  authorize(ctx, "credential.write");
  const { metadata, scopes } = await find(ctx, parseInput(placeSchema, input), discover);
  return {
    issuer: metadata.issuer,
    authorizationUrl: metadata.authorizationUrl,
    tokenUrl: metadata.tokenUrl,
    namesItself: metadata.namesItself,
    canRegister: metadata.registrationUrl !== undefined,
    sendIn: prefersForm(metadata) ? "form" : "header",
    scopes,
  };
}

const registerSchema = placeSchema.extend({
  /** What it may ask for; absent: the document's scopes that the authorization server has. */
  scopes: z.array(z.string().trim().min(1).max(256)).max(100).optional(),
});

export type RegisterCredentialInput = z.input<typeof registerSchema>;

/** A client that was registered, without what proves it. */
export interface RegisteredCredential {
  clientId: string;
  issuer: string;
  authorizationUrl: string;
  tokenUrl: string;
  redirectUri: string;
  scopes: string[];
}

/** Registers Portico as a client at the API's authorization server (RFC 7591) and stores it as the credential of the scheme, sealed. */
export async function registerCredential(
  { ctx, input }: Call<RegisterCredentialInput>,
  discover: (hints: DiscoveryHints) => Promise<Discovered>,
  register: (
    metadata: AuthorizationServerMetadata,
    client: { name: string; redirectUri: string; scopes: readonly string[] },
  ) => Promise<Registered>,
): Promise<RegisteredCredential> {
  authorize(ctx, "credential.write");
  const { scopes: asked, ...place } = parseInput(registerSchema, input);
  const { serverId, scheme } = place;
  const found = await find(ctx, place, discover);
  const { metadata, server } = found;
  const scopes = asked ?? found.scopes;
  const redirectUri = upstreamCallback(ctx, ctx.organizationId);
  const registered = await register(metadata, { name: `Portico, ${server.title}`, redirectUri, scopes });
  if (!registered.ok)
    throw new AppError("precondition_failed", `${registered.problem} Register a client by hand, and store it here.`);
  const { clientId, clientSecret, sendIn } = registered;
  const { issuer, authorizationUrl, tokenUrl, namesItself } = metadata;
  await setCredential({
    ctx,
    input: {
      serverId,
      scheme,
      credential: {
        type: "authorizationCode",
        ...{ clientId, authorizationUrl, tokenUrl, sendIn, issuer, namesItself },
        ...(clientSecret === undefined ? {} : { clientSecret }),
        ...(scopes.length > 0 ? { scopes } : {}),
      },
    },
  });
  await ctx.db.$transaction((tx) => audit(tx, ctx, "credential.register", server.id, { scheme, issuer }));
  return { clientId, issuer, authorizationUrl, tokenUrl, redirectUri, scopes };
}

async function find(
  ctx: Ctx,
  { serverId, scheme: name, issuer }: z.output<typeof placeSchema>,
  discover: (hints: DiscoveryHints) => Promise<Discovered>,
) {
  const server = await findServer(ctx, serverId);
  const compiled = await openDocuments(ctx, server.documents);
  const scheme = compiled.securitySchemes.find((one) => one.name === name);
  if (scheme?.type !== "oauth2" && scheme?.type !== "openIdConnect")
    throw new AppError("invalid_input", `The document has no scheme "${name}" that people sign in with.`);
  const flow = flowOf(scheme.flows);
  const places = placesOf(server.documents);
  const keys = server.documents.map(({ key }) => key);
  const document = keys.find((key) => key !== "" && name.startsWith(assembledName(key, "")));
  const { documentUrl } = placeOf(places, document === undefined ? {} : { document });
  const wanting = compiled.tools.filter(({ plan }) => plan.security.flat().some((one) => one.scheme.name === name));
  const called = wanting.flatMap((tool) => baseUrlOf(tool.plan, { ...placeOf(places, tool), variables: {} }) ?? []);
  const ofTools = wanting.flatMap(({ plan }) =>
    plan.security.flat().flatMap(({ scheme, scopes }) => (scheme.name === name ? scopes : [])),
  );
  const discovered = await discover({
    issuer,
    openIdConnectUrl: absolute(scheme.openIdConnectUrl, documentUrl),
    resources: [...new Set(called)].slice(0, RESOURCES_MAX),
    authorizationUrl: absolute(flow.authorizationUrl, documentUrl),
  });
  if (!discovered.ok) throw new AppError("precondition_failed", discovered.problem);
  const { metadata } = discovered;
  const { scopes: supported } = metadata;
  const declared = [...new Set([...Object.keys(flow.scopes ?? {}), ...ofTools])].filter(
    (scope) => !supported || supported.includes(scope),
  );
  // OpenID Connect Core §11: without it many give nothing to renew with.
  const renewing = supported?.includes("offline_access") && !declared.includes("offline_access");
  return { server, metadata, scopes: renewing ? [...declared, "offline_access"] : declared };
}

function flowOf(flows: unknown): { authorizationUrl?: string; scopes?: Record<string, string> } {
  // The compiler keeps a flow's addresses and scopes, and nothing else.
  return (flows as { authorizationCode?: object } | undefined)?.authorizationCode ?? {};
}

/** Addresses of a document may be relative to it. */
function absolute(url: string | undefined, documentUrl: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url, documentUrl) ? new URL(url, documentUrl).href : undefined;
}

function prefersForm({ authMethods }: AuthorizationServerMetadata): boolean {
  return authMethods.includes("client_secret_post") && !authMethods.includes("client_secret_basic");
}

import { z } from "zod";
import { AppError } from "./error.ts";

/** Parses what came from outside; the error names each field and what is wrong with it. */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  const nul = parsed.success ? pathOfNul(parsed.data) : undefined;
  if (parsed.success && !nul) return parsed.data;
  const found: Issue[] = parsed.error?.issues.flatMap(eachKey) ?? [{ path: nul ?? [], message: NUL }];
  const issues = found.map(({ path, message }) => ({ field: path.join(".") || "body", message }));
  throw new AppError("invalid_input", issues.map(({ field, message }) => `${field}: ${message}`).join("; "), {
    issues,
  });
}

interface Issue {
  path: PropertyKey[];
  message: string;
}

const NUL = "leave out the NUL character (\\u0000)";

/** An unknown field is named like one that is wrong. */
function eachKey(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") return [issue];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: "there is no such field" }));
}

/** Where the first NUL is, if any: PostgreSQL stores none. It goes as deep as the schema that was parsed. */
function pathOfNul(value: unknown): PropertyKey[] | undefined {
  if (typeof value === "string") return value.includes("\u0000") ? [] : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const path = key.includes("\u0000") ? [] : pathOfNul(member);
    if (path) return [key.replaceAll("\u0000", "\ufffd"), ...path];
  }
  return undefined;
}

export const SLUG_CHARS_MAX = 48;

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const slugSchema = z
  .string()
  .max(SLUG_CHARS_MAX)
  .regex(SLUG, "use lower-case letters, digits and single dashes");

/** Whether a part of an address can be a slug at all: anything else is not worth a query. */
export function isSlug(text: string): boolean {
  return text.length <= SLUG_CHARS_MAX && SLUG.test(text);
}

/** A slug made of a title; never empty. */
export function slugify(title: string): string {
  const slug = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_CHARS_MAX)
    .replace(/^-+|-+$/g, "");
  return slug || "server";
}

/** An absolute http(s) URL without credentials in it. */
export const httpUrlSchema = z
  .string()
  .max(2_048)
  .refine(isHttpUrl, "use a full http:// or https:// address without a user name or password in it");

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === "http:" || url.protocol === "https:") && url.username === "" && url.password === "";
}

export const visibilitySchema = z.enum(["public", "signed-in", "organization", "chosen"]);
export const dialectSchema = z.enum(["auto", "full", "safe", "openai-strict", "gemini"]);
export const toolModeSchema = z.enum(["list", "search"]);

/** Where a secret or a person is sent: encrypted, except to this machine. */
export const secretUrlSchema = httpUrlSchema.refine(isSafe, "use https:// for what a secret is sent to");

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

const oauthClient = {
  clientId: z.string().trim().min(1).max(512),
  /** Left out: what the document says. */
  tokenUrl: secretUrlSchema.optional(),
  scopes: z.array(z.string().trim().min(1).max(256)).max(100).optional(),
  sendIn: z.enum(["header", "form"]).default("header"),
};

const secret = z.string().min(1).max(8_192);
/** In the place of a value: one that whoever runs Portico sets as `PORTICO_VALUE_…`. */
export const referenceSchema = z
  .object({
    type: z.literal("environment"),
    name: z
      .string()
      .regex(
        /^[A-Z][A-Z0-9_]{0,99}$/,
        "use the name after PORTICO_VALUE_: capitals, digits and underscores, such as STRIPE_KEY",
      ),
  })
  .strict();
export type Reference = z.output<typeof referenceSchema>;

export const credentialSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("apiKey"), value: secret }).strict(),
  z.object({ type: z.literal("basic"), username: z.string().max(512), password: z.string().max(8_192) }).strict(),
  z.object({ type: z.literal("bearer"), token: secret }).strict(),
  z.object({ type: z.literal("clientCredentials"), ...oauthClient, clientSecret: secret }).strict(),
  z
    .object({
      type: z.literal("authorizationCode"),
      ...oauthClient,
      clientSecret: secret.optional(),
      /** Left out: what the document says. */
      authorizationUrl: secretUrlSchema.optional(),
      /** Who the authorization server says that it is. What comes back from another is refused (RFC 9207). */
      issuer: secretUrlSchema.optional(),
      /** It names itself in everything that it sends back: what comes without a name is refused too. */
      namesItself: z.boolean().optional(),
    })
    .strict()
    .refine(({ issuer, namesItself }) => !namesItself || issuer, {
      path: ["issuer"],
      message: "name the issuer, where it names itself in what it sends back",
    }),
  referenceSchema,
]);
/** A credential as it is given: what is sent, what tokens are got with, or where the value is. */
export type GivenCredential = z.output<typeof credentialSchema>;
type Whole<Given> = Given extends { type: "clientCredentials" }
  ? Given & { tokenUrl: string }
  : Given extends { type: "authorizationCode" }
    ? Given & { tokenUrl: string; authorizationUrl: string }
    : Given;
/** The same with the addresses of tokens, as it is stored for a security scheme. */
export type StoredCredential = Whole<GivenCredential>;

/** How many bytes a pasted or uploaded document may have. */
export const SOURCE_BYTES_MAX = 32 * 1024 * 1024;

const ORIGINS_MAX = 20;

const originSchema = httpUrlSchema.transform((text) => new URL(text).origin);

const sourceOptions = {
  /** Other origins that references of the document may be read from. */
  allowOrigins: z.array(originSchema).max(ORIGINS_MAX).optional(),
  /** Which file of a ZIP is the document, where it holds several. */
  entry: z.string().min(1).max(1_024).optional(),
};

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** A document as REST takes it: an address, its text, or the bytes of its file (a ZIP, say) as base64. */
export const sourceSchema = z
  .union(
    [
      z.object({ url: httpUrlSchema, ...sourceOptions }).strict(),
      z
        .object({ content: z.string().min(1), encoding: z.enum(["text", "base64"]).default("text"), ...sourceOptions })
        .strict(),
    ],
    {
      error:
        'give {"url": "https://…"}, {"content": "the document\'s text"} or {"content": "the file in base64", "encoding": "base64"}',
    },
  )
  .superRefine((source, context) => {
    if (!("content" in source)) return;
    const { content, encoding } = source;
    if (encoding === "base64" && !BASE64.test(content))
      context.addIssue({ code: "custom", path: ["content"], message: "this is not base64" });
    if (Buffer.byteLength(content, encoding === "base64" ? "base64" : "utf8") > SOURCE_BYTES_MAX)
      context.addIssue({
        code: "custom",
        path: ["content"],
        message: `a document may have at most ${SOURCE_BYTES_MAX / 1024 / 1024} MB`,
      });
  });

export type SourceInput = z.output<typeof sourceSchema>;

export const selectSchema = z.union(
  [z.enum(["all", "suggested"]), z.object({ operations: z.array(z.string().max(2_048)).max(20_000) }).strict()],
  { error: 'use "all", "suggested" or {"operations": ["GET /path", …]}' },
);

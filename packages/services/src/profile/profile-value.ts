import { newId, type Tx, type Vault } from "@portico/db";
import type { SecurityScheme, Tool } from "@portico/openapi";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import { AppError } from "../error.ts";
import { credentialSchema, parseInput, type Reference, referenceSchema } from "../input.ts";
import {
  type CalledTools,
  checkCredential,
  type KeptReference,
  originsOf,
  resolveReference,
  type SentCredential,
} from "../server/credential.ts";
import { fieldsOf, type ProfileField } from "./settings.ts";

/** What fills a field: a credential, the text of a variable, or where either is. */
export type FieldValue = string | SentCredential | KeptReference | Reference;

/** What a sealed value is bound to: in another row, or for another person, it does not open. */
export function valueContext(profileId: string, userId: string | null, field: string): string {
  return `profile-value:${profileId}:${userId ?? "organization"}:${field}`;
}

/** What checking a value needs to know of the document. */
export interface FieldSource {
  tools: readonly Tool[];
  securitySchemes: readonly SecurityScheme[];
}

/** The field and its value, when they fit together. `at` names the value in a refusal. */
export function checkFieldValue(source: FieldSource, field: string, value: unknown, at: string): FieldValue {
  const known = fieldsOf(source).find((one) => one.field === field);
  if (!known) throw refused(at, `the document has no field "${field}"`);
  if (known.kind === "variable")
    return isReference(value) ? parseAt(referenceSchema, value, at) : checkVariable(known, value, at);
  const credential = checkCredential(source.securitySchemes, known.name, parseAt(credentialSchema, value, at));
  if (!("tokenUrl" in credential)) return credential;
  throw refused(
    at,
    "a profile takes an API key, a user name with password, or a token; store the client under Credentials",
  );
}

/** Whether a value says where it is, rather than being it. */
export function isReference(value: unknown): value is Pick<Reference, "type"> {
  return typeof value === "object" && value !== null && "type" in value && value.type === "environment";
}

function parseAt<Value>(schema: z.ZodType<Value>, value: unknown, at: string): Value {
  const parsed = schema.safeParse(value);
  // What is refused says where it stands.
  return parsed.success ? parsed.data : (parseInput(z.object({ [at]: schema }), { [at]: value })[at] as Value);
}

/** What a variable may be: it fills its place in an address and changes nothing else of it. */
const VARIABLE = /^[A-Za-z0-9._~!$&'()*+,;=:/-]+$/;

function checkVariable({ name, variable }: Extract<ProfileField, { kind: "variable" }>, value: unknown, at: string) {
  if (typeof value !== "string" || value.trim() === "") throw refused(at, `give text for ${name}`);
  const text = value.trim();
  if (variable.enum && !variable.enum.includes(text)) throw refused(at, `use one of ${variable.enum.join(", ")}`);
  if (!isPartOfAddress(text) && !variable.enum)
    throw refused(at, `${name} holds characters that would change the address`);
  return text;
}

function isPartOfAddress(text: string): boolean {
  return text.length <= 1_024 && VARIABLE.test(text) && !text.split("/").some((part) => /^\.\.?$/.test(part));
}

function refused(field: string, message: string): AppError {
  return new AppError("invalid_input", `${field}: ${message}`, { issues: [{ field, message }] });
}

/** Where a value that is stored now may be sent: where the tools call, with the profile's address. Of a variable, nowhere by itself. */
export function originsOfField(field: string, called: readonly CalledTools[]): string[] {
  if (!field.startsWith("credential:")) return [];
  const scheme = field.slice("credential:".length);
  return [...new Set(called.flatMap((tools) => originsOf(scheme, tools)))].sort();
}

/** Seals and stores what fills a field; what was there before, and where it might go, is replaced. */
export async function saveValue(
  tx: Tx,
  vault: Vault,
  row: {
    organizationId: string;
    profileId: string;
    userId: string | null;
    field: string;
    value: FieldValue;
    origins: string[];
  },
): Promise<void> {
  const { profileId, userId, field, value, origins, organizationId } = row;
  const sealed = vault.seal(JSON.stringify(value), valueContext(profileId, userId, field));
  const { count } = await tx.profileValue.updateMany({
    where: { profileId, userId, field },
    data: { sealed, origins, updatedAt: new Date() },
  });
  if (count === 0)
    await tx.profileValue.create({
      data: { id: newId("profileValue"), organizationId, profileId, userId, field, sealed, origins },
    });
}

type ValueRow = { profileId: string; userId: string | null; field: string; sealed: string };

/** A stored value in the clear; undefined where it is in the environment, and nothing that fits is there. */
export function openValue(
  { vault, environment }: { vault: Pick<Vault, "open">; environment: Environment },
  row: ValueRow,
): string | SentCredential | undefined {
  const value = unseal(vault, row);
  if (typeof value === "string") return value;
  if (value.type !== "environment" || "as" in value) return resolveReference(value, environment);
  const text = environment.get(value.name)?.trim() ?? "";
  return isPartOfAddress(text) ? text : undefined;
}

/** The name of a value that is in the environment. */
export function referenceOf(vault: Pick<Vault, "open">, row: ValueRow): string | undefined {
  const value = unseal(vault, row);
  return typeof value !== "string" && value.type === "environment" ? value.name : undefined;
}

function unseal(vault: Pick<Vault, "open">, { profileId, userId, field, sealed }: ValueRow): FieldValue {
  return JSON.parse(vault.open(sealed, valueContext(profileId, userId, field))) as FieldValue;
}

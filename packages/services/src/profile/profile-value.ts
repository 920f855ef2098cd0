import { newId, type Tx, type Vault } from "@portico/db";
import type { SecurityScheme, Tool } from "@portico/openapi";
import { z } from "zod";
import { AppError } from "../error.ts";
import { credentialSchema, parseInput, type StoredCredential } from "../input.ts";
import { type CalledTools, checkCredential, originsOf } from "../server/credential.ts";
import { fieldsOf, type ProfileField } from "./settings.ts";

/** A credential as it is sent. Clients that tokens are got with belong to the server, not to a profile. */
export type SentCredential = Extract<StoredCredential, { type: "apiKey" | "basic" | "bearer" }>;

/** What fills a field: a credential, or the text of a variable. */
export const fieldValueSchema = z.union([z.string().trim().min(1).max(1_024), credentialSchema], {
  error: 'use text for a variable, and for a credential {"type": "apiKey", "value": …}, "basic" or "bearer"',
});
export type FieldValue = z.output<typeof fieldValueSchema>;

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
  if (known.kind === "variable") return checkVariable(known, value, at);
  const parsed = credentialSchema.safeParse(value);
  if (!parsed.success) return parseInput(z.object({ [at]: credentialSchema }), { [at]: value })[at] as StoredCredential;
  if ("tokenUrl" in parsed.data)
    throw refused(
      at,
      "a profile takes an API key, a user name with password, or a token; store the client under Credentials",
    );
  checkCredential(source.securitySchemes, known.name, parsed.data);
  return parsed.data;
}

/** What a variable may be: it fills its place in an address and changes nothing else of it. */
const VARIABLE = /^[A-Za-z0-9._~!$&'()*+,;=:/-]+$/;

function checkVariable({ name, variable }: Extract<ProfileField, { kind: "variable" }>, value: unknown, at: string) {
  if (typeof value !== "string" || value.trim() === "") throw refused(at, `give text for ${name}`);
  const text = value.trim();
  if (variable.enum && !variable.enum.includes(text)) throw refused(at, `use one of ${variable.enum.join(", ")}`);
  const isSafe = text.length <= 1_024 && VARIABLE.test(text) && !text.split("/").some((part) => /^\.\.?$/.test(part));
  if (!isSafe && !variable.enum) throw refused(at, `${name} holds characters that would change the address`);
  return text;
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

/** A stored value in the clear. */
export function openValue(
  vault: Pick<Vault, "open">,
  { profileId, userId, field, sealed }: { profileId: string; userId: string | null; field: string; sealed: string },
): FieldValue {
  return JSON.parse(vault.open(sealed, valueContext(profileId, userId, field))) as FieldValue;
}

import type { ProfileField } from "@portico/services";
import { type CredentialKind, credentialKind } from "./credential-kind.ts";

/** What was typed for fields, as the verbs take it. A field that was not shown, or left empty, is not changed. */
export function readValues(form: FormData, fields: readonly ProfileField[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const secret = String(form.get(`value ${field.field}`) ?? "");
      const user = String(form.get(`user ${field.field}`) ?? "");
      if (secret.trim() === "" && user === "") return [];
      const value =
        field.kind === "variable" ? secret.trim() : credentialOf(credentialKind(field.scheme), { user, secret });
      return [[field.field, value] as const];
    }),
  );
}

/** A credential as somebody typed it. */
export function credentialOf(kind: CredentialKind, { user, secret }: { user: string; secret: string }) {
  if (kind === "basic") return { type: "basic" as const, username: user, password: secret };
  if (kind === "apiKey") return { type: "apiKey" as const, value: secret.trim() };
  // People paste the whole header.
  return { type: "bearer" as const, token: secret.trim().replace(/^Bearer\s+/i, "") };
}

import { type Db, forOrganization, type Vault } from "@portico/db";
import type { Jobs } from "@portico/jobs";
import type { Mailer } from "@portico/mail";
import type { State } from "@portico/state";
import type { ApiKeyScope } from "./api-key/scopes.ts";
import type { Environment } from "./environment.ts";

/** What every verb may use; an app makes it once. */
export interface Deps {
  db: Db;
  vault: Vault;
  state: State;
  jobs: Jobs;
  /** Sends mail; absent where no SMTP server is configured. */
  mailer?: Mailer;
  /** The public origin, without a trailing slash: "https://mcp.example.com". */
  publicUrl: string;
  /** What credentials and profiles may refer to. */
  environment: Environment;
}

export type Role = "owner" | "admin" | "builder" | "member";

export type Actor =
  | { type: "user"; id: string; role: Role }
  | { type: "apiKey"; id: string; scopes: readonly ApiKeyScope[] }
  | { type: "system" };

/**
 * Who acts, and in which organization. Every query of a verb names `organizationId`, and PostgreSQL shows `db` nothing of another one. Made by
 * `actIn`.
 */
export interface Ctx extends Deps {
  organizationId: string;
  actor: Actor;
  /** Where the request came from; for the audit log. */
  ip?: string;
  /** Whose request a job carries out, which was allowed when it was made: the audit log names them. */
  askedBy?: AskedBy;
}

export interface AskedBy {
  type: "user" | "apiKey";
  id: string;
}

/** What verbs of one organization are called with. */
export function actIn(deps: Deps, who: Pick<Ctx, "organizationId" | "actor" | "ip" | "askedBy">): Ctx {
  return inOrganization({ ...deps, ...who }, who.organizationId);
}

/** The same with the rows of one organization only: for what is read for it without anybody who acts. */
export function inOrganization<With extends Pick<Deps, "db">>(deps: With, organizationId: string): With {
  return { ...deps, db: forOrganization(deps.db, organizationId) };
}

/** The shape of every verb's argument. */
export interface Call<Input> {
  ctx: Ctx;
  input: Input;
}

import type { Db, Vault } from "@portico/db";
import type { Jobs } from "@portico/jobs";
import type { State } from "@portico/state";

/** What every verb may use; an app makes it once. */
export interface Deps {
  db: Db;
  vault: Vault;
  state: State;
  jobs: Jobs;
  /** The public origin, without a trailing slash: "https://mcp.example.com". */
  publicUrl: string;
}

export type Role = "owner" | "admin" | "builder" | "member";

export type Actor = { type: "user"; id: string; role: Role } | { type: "apiKey"; id: string } | { type: "system" };

/** Who acts, and in which organization. Every query of a verb is bound to `organizationId`. */
export interface Ctx extends Deps {
  organizationId: string;
  actor: Actor;
}

/** The shape of every verb's argument. */
export interface Call<Input> {
  ctx: Ctx;
  input: Input;
}

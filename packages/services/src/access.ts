import type { Actor, Ctx, Role } from "./context.ts";
import { AppError } from "./error.ts";

export type Action =
  | "server.read"
  | "server.write"
  | "server.publish"
  | "credential.write"
  | "connection.manage"
  | "usage.read"
  | "apiKey.manage"
  | "member.manage"
  | "organization.manage";

const MEMBER: Action[] = ["server.read"];
const BUILDER: Action[] = [...MEMBER, "server.write", "server.publish", "credential.write", "usage.read"];
const ADMIN: Action[] = [...BUILDER, "connection.manage", "apiKey.manage", "member.manage", "organization.manage"];

/** What each role may do. An API key builds and reads; it never makes keys or members. */
const ALLOWED: Record<Role | "apiKey", ReadonlySet<Action>> = {
  member: new Set(MEMBER),
  builder: new Set(BUILDER),
  admin: new Set(ADMIN),
  owner: new Set(ADMIN),
  apiKey: new Set([...BUILDER, "connection.manage"]),
};

export function isAllowed(actor: Actor, action: Action): boolean {
  if (actor.type === "system") return true;
  return ALLOWED[actor.type === "apiKey" ? "apiKey" : actor.role]?.has(action) ?? false;
}

/** Throws `forbidden` unless the actor may do this. The first line of every verb. */
export function authorize(ctx: Ctx, action: Action): void {
  if (isAllowed(ctx.actor, action)) return;
  const why =
    ctx.actor.type === "user"
      ? `As a ${ctx.actor.role} you may not do this. An owner or admin of the organization can change your role.`
      : "An API key may not do this. Sign in and do it in the dashboard.";
  throw new AppError("forbidden", why, { action });
}

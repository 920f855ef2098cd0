import type { ApiKeyScope } from "./api-key/scopes.ts";
import type { Actor, Ctx, Role } from "./context.ts";
import { AppError } from "./error.ts";

export type Action =
  | "server.read"
  | "server.write"
  | "server.publish"
  | "credential.write"
  | "connection.manage"
  | "model.manage"
  | "usage.read"
  | "apiKey.manage"
  | "member.manage"
  | "organization.manage"
  | "audit.read";

const MEMBER: Action[] = ["server.read"];
const BUILDER: Action[] = [...MEMBER, "server.write", "server.publish", "credential.write", "usage.read"];
const ADMIN: Action[] = [
  ...BUILDER,
  "connection.manage",
  "model.manage",
  "apiKey.manage",
  "member.manage",
  "organization.manage",
  "audit.read",
];

const ROLE_ACTIONS: Record<Role, ReadonlySet<Action>> = {
  member: new Set(MEMBER),
  builder: new Set(BUILDER),
  admin: new Set(ADMIN),
  owner: new Set(ADMIN),
};

/** "call" is not here: it is asked for where a server is called. No scope makes keys or members. */
const SCOPE_ACTIONS: Record<ApiKeyScope, readonly Action[]> = {
  read: ["server.read", "usage.read"],
  write: ["server.write", "server.publish", "credential.write", "connection.manage", "model.manage"],
  call: [],
  audit: ["audit.read"],
};

export function isAllowed(actor: Actor, action: Action): boolean {
  if (actor.type === "system") return true;
  if (actor.type === "apiKey") return actor.scopes.some((scope) => SCOPE_ACTIONS[scope].includes(action));
  return ROLE_ACTIONS[actor.role]?.has(action) ?? false;
}

/** Throws `forbidden` unless the actor may do this. The first line of every verb. */
export function authorize(ctx: Ctx, action: Action): void {
  if (isAllowed(ctx.actor, action)) return;
  const why =
    ctx.actor.type === "user"
      ? `As a ${ctx.actor.role} you may not do this. An owner or admin of the organization can change your role.`
      : keyRefusal(action);
  throw new AppError("forbidden", why, { action });
}

function keyRefusal(action: Action): string {
  const scope = Object.entries(SCOPE_ACTIONS).find(([, actions]) => actions.includes(action))?.[0];
  return scope
    ? `This API key may not do this: it lacks the scope "${scope}". Create one that has it.`
    : "An API key may not do this. Sign in and do it in the dashboard.";
}

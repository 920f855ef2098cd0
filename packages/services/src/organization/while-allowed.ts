import type { Ctx } from "../context.ts";

/** Values of a long answer for as long as who asked keeps the role that they asked with; ends within a second of losing it. */
export async function* whileAllowed<Value>(
  ctx: Ctx,
  signal: AbortSignal,
  watch: (signal: AbortSignal) => AsyncIterable<Value>,
): AsyncGenerator<Value> {
  const ended = new AbortController();
  const check = async () => {
    if (!(await isStillAllowed(ctx).catch(() => true))) ended.abort();
  };
  const unsubscribe = await ctx.state.subscribe("access-changed", check, check);
  try {
    yield* watch(AbortSignal.any([signal, ended.signal]));
  } finally {
    await unsubscribe();
  }
}

async function isStillAllowed({ db, organizationId, actor }: Ctx): Promise<boolean> {
  if (actor.type === "system") return true;
  if (actor.type === "apiKey")
    return (await db.apiKey.count({ where: { id: actor.id, organizationId, revokedAt: null } })) > 0;
  return (await db.member.count({ where: { organizationId, userId: actor.id, role: actor.role } })) > 0;
}

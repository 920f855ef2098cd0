import type { Mail } from "@portico/mail";
import type { Ctx, Role } from "../context.ts";

const RECIPIENTS_MAX = 200;
/** How long it is known who has been told: longer than any job is tried. */
const TOLD_MS = 40 * 86_400_000;

/**
 * Mails members of these roles, each of them once for a key, also when the job that does it runs again. Throws when somebody could not be
 * reached: the others have theirs, and these are tried again with the job. Returns to how many it went.
 */
export async function mailMembers(
  ctx: Ctx,
  { roles, key, mail }: { roles: readonly Role[]; key: string; mail: Omit<Mail, "to"> },
): Promise<number> {
  const members = await ctx.db.member.findMany({
    where: { organizationId: ctx.organizationId, role: { in: [...roles] } },
    select: { user: { select: { id: true, email: true } } },
    orderBy: { createdAt: "asc" },
    take: RECIPIENTS_MAX,
  });
  let mailed = 0;
  let failure: unknown;
  for (const { user } of members) {
    const told = `${key}:${user.id}`;
    if (!(await ctx.state.setIfAbsent(told, "1", TOLD_MS))) continue;
    try {
      await ctx.mailer?.send({ ...mail, to: user.email });
      mailed++;
    } catch (error) {
      failure = error;
      await ctx.state.delete(told);
    }
  }
  if (failure) throw failure;
  return mailed;
}

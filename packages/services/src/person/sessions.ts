import { notFound } from "../error.ts";
import { type Account, auditPerson } from "./audit-person.ts";
import { describeDevice } from "./device.ts";

const SESSIONS_SHOWN_MAX = 100;

export interface SessionView {
  id: string;
  /** "Chrome on Windows", as the browser says of itself. */
  device: string;
  ip: string | null;
  lastUsedAt: Date;
  isCurrent: boolean;
}

type Browser = Account & { sessionId: string };

/** The browsers that a person is signed in with: this one first, then the latest used. */
export async function listSessions({ db, userId, sessionId }: Browser): Promise<SessionView[]> {
  const rows = await db.authSession.findMany({
    where: { userId, expiresAt: { gt: new Date() } },
    orderBy: { updatedAt: "desc" },
    take: SESSIONS_SHOWN_MAX,
  });
  return rows
    .map(({ id, userAgent, ipAddress, updatedAt }) => ({
      id,
      device: describeDevice(userAgent),
      // Of an IPv6 address its network is kept; the machine itself has none.
      ip: ipAddress && !/^[0:]+$/.test(ipAddress) ? ipAddress : null,
      lastUsedAt: updatedAt,
      isCurrent: id === sessionId,
    }))
    .sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
}

/** Signs one browser of the person out; its next request finds that. */
export async function endSession(account: Browser, id: string): Promise<void> {
  await account.db.$transaction(async (tx) => {
    const { count } = await tx.authSession.deleteMany({ where: { id, userId: account.userId } });
    if (count === 0) throw notFound("session");
    await auditPerson(tx, account, "person.session.end");
  });
}

/** Signs out every browser but this one; returns how many. */
export async function endOtherSessions(account: Browser): Promise<number> {
  return account.db.$transaction(async (tx) => {
    const { userId, sessionId } = account;
    const { count } = await tx.authSession.deleteMany({ where: { userId, id: { not: sessionId } } });
    await auditPerson(tx, account, "person.session.end", { sessions: count });
    return count;
  });
}

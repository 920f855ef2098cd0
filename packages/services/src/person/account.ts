import { hashPassword, verifyPassword } from "@portico/auth";
import { newId, type Tx } from "@portico/db";
import { z } from "zod";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { type Account, auditPerson } from "./audit-person.ts";
import { nameSchema, newPasswordSchema } from "./password.ts";

export interface AccountView {
  /** Whether they have shown that their address is theirs. */
  hasProvedAddress: boolean;
  /** Somebody who signs in elsewhere only has none. */
  hasPassword: boolean;
  passkeys: { id: string; name: string; createdAt: Date | null }[];
  /** Accounts elsewhere that they sign in with. */
  linked: { id: string; provider: string; createdAt: Date }[];
}

/** How a person signs in. */
export async function getAccount({ db, userId }: Account): Promise<AccountView> {
  const [user, password, passkeys, linked] = await Promise.all([
    db.user.findUniqueOrThrow({ where: { id: userId }, select: { emailVerified: true } }),
    db.account.count({ where: { userId, providerId: "credential", password: { not: null } } }),
    db.passkey.findMany({
      where: { userId },
      select: { id: true, name: true, createdAt: true },
      orderBy: { createdAt: "asc" },
    }),
    db.account.findMany({
      where: { userId, providerId: { not: "credential" } },
      select: { id: true, providerId: true, createdAt: true },
      orderBy: { createdAt: "asc" },
    }),
  ]);
  return {
    hasProvedAddress: user.emailVerified,
    hasPassword: password > 0,
    passkeys: passkeys.map((one) => ({ ...one, name: one.name ?? "Passkey" })),
    linked: linked.map(({ id, providerId, createdAt }) => ({
      id,
      provider: providerId.split(":")[0] ?? "",
      createdAt,
    })),
  };
}

const nameInput = z.object({ name: nameSchema });

export async function renamePerson(account: Account, input: z.input<typeof nameInput>): Promise<void> {
  const { name } = parseInput(nameInput, input);
  await account.db.user.update({ where: { id: account.userId }, data: { name } });
}

const passwordInput = z.object({ current: z.string(), password: newPasswordSchema });

/** Changes the password of whoever knows the present one, and signs out every other browser. */
export async function changePassword(
  account: Account & { sessionId: string },
  input: z.input<typeof passwordInput>,
): Promise<void> {
  const { current, password } = parseInput(passwordInput, input);
  const { db, userId, sessionId } = account;
  const row = await db.account.findFirst({ where: { userId, providerId: "credential" }, select: { password: true } });
  if (!row?.password || !(await verifyPassword({ hash: row.password, password: current })))
    throw new AppError("invalid_input", "current: the present password is another", {
      issues: [{ field: "current", message: "this is not your present password" }],
    });
  const hash = await hashPassword(password);
  await db.$transaction(async (tx) => {
    await storePassword(tx, userId, hash);
    await tx.authSession.deleteMany({ where: { userId, id: { not: sessionId } } });
    await auditPerson(tx, account, "person.password");
  });
}

/** Writes the hash of a password; somebody who had none gets one. */
export async function storePassword(tx: Tx, userId: string, hash: string): Promise<void> {
  const { count } = await tx.account.updateMany({
    where: { userId, providerId: "credential" },
    data: { password: hash },
  });
  if (count === 0)
    await tx.account.create({
      data: { id: newId("account"), userId, accountId: userId, providerId: "credential", password: hash },
    });
}

/** Unlinks an account elsewhere. Refused when it is the last way in. */
export async function unlinkAccount(account: Account, id: string): Promise<void> {
  const { hasPassword, passkeys, linked } = await getAccount(account);
  if (!linked.some((one) => one.id === id)) throw notFound("linked account");
  if (!hasPassword && passkeys.length === 0 && linked.length === 1)
    throw new AppError("precondition_failed", "This is your only way in. Add a passkey or a password first.");
  await account.db.$transaction(async (tx) => {
    await tx.account.deleteMany({ where: { id, userId: account.userId } });
    await auditPerson(tx, account, "person.unlink");
  });
}

/** Forgets a passkey: whoever holds it cannot sign in with it any more. */
export async function removePasskey(account: Account, id: string): Promise<void> {
  await account.db.$transaction(async (tx) => {
    const { count } = await tx.passkey.deleteMany({ where: { id, userId: account.userId } });
    if (count === 0) throw notFound("passkey");
    await auditPerson(tx, account, "person.passkey.remove");
  });
}

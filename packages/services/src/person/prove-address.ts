import { newId } from "@portico/db";
import { AppError } from "../error.ts";
import { mailLink } from "../mail-link.ts";
import { hashLinkToken, newLinkToken } from "../organization/invitation.ts";
import { type Account, auditPerson } from "./audit-person.ts";

const LINK_MINUTES = 60;
/** Mails that one person may have sent to their address in an hour. */
const MAILS_MAX = 5;
const WINDOW_MS = 3_600_000;

/** Bound to the address: a link that went to another one shows nothing about this one. */
const identifierOf = (token: string, email: string) => `address:${hashLinkToken(`${token} ${email.toLowerCase()}`)}`;

/** Mails a person a link with which they show that the address of their account is theirs. */
export async function requestAddressProof(account: Account): Promise<void> {
  const { db, state, userId, publicUrl } = account;
  const { email, emailVerified } = await findUser(account);
  if (emailVerified) throw proved();
  if (!account.mailer)
    throw new AppError("precondition_failed", "No mail goes out from here: no SMTP server is configured.");
  if ((await state.increment(`address-proof:${userId}`, WINDOW_MS)) > MAILS_MAX)
    throw new AppError(
      "limit_exceeded",
      `At most ${MAILS_MAX} of these mails are sent in an hour. Look for them in your spam folder, or wait.`,
    );
  const token = newLinkToken();
  await db.verification.create({
    data: {
      id: newId("verification"),
      identifier: identifierOf(token, email),
      value: userId,
      expiresAt: new Date(Date.now() + LINK_MINUTES * 60_000),
    },
  });
  const mailed = await mailLink(account, {
    to: email,
    subject: "Is this your address?",
    paragraphs: [
      `Somebody who is signed in to Portico with ${email} wants to show that the address is theirs. If that is you, open this link in the same browser. It works once, within ${LINK_MINUTES} minutes.`,
    ],
    action: { label: "This is my address", url: `${publicUrl}/verify-address#${token}` },
    footnote: "If you did not ask for this, do nothing.",
  });
  if (mailed === "failed")
    throw new AppError(
      "precondition_failed",
      "The mail was not taken by the SMTP server. Ask whoever runs Portico to check it, then try again.",
    );
}

/**
 * Takes a mailed link, once, from the browser that is signed in to the account that asked for it: the mailbox alone shows nothing, since anybody
 * can make an account with the address of somebody else and have them open a link.
 */
export async function proveAddress(account: Account, token: string): Promise<void> {
  const { db, state, userId } = account;
  const { email, emailVerified } = await findUser(account);
  if (emailVerified) throw proved();
  await db.$transaction(async (tx) => {
    const { count } = await tx.verification.deleteMany({
      where: { identifier: identifierOf(token, email), value: userId, expiresAt: { gt: new Date() } },
    });
    if (count === 0)
      throw new AppError(
        "precondition_failed",
        `This link was used, has expired, or was asked for by another account. You are signed in as ${email}; your account page sends another one.`,
      );
    await tx.verification.deleteMany({ where: { value: userId, identifier: { startsWith: "address:" } } });
    await tx.user.update({ where: { id: userId }, data: { emailVerified: true } });
    await auditPerson(tx, account, "person.address");
  });
  // What is shared with the address is theirs to use from now on.
  await state.publish("access-changed", userId);
}

function findUser({ db, userId }: Account) {
  return db.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true, emailVerified: true } });
}

function proved(): AppError {
  return new AppError("precondition_failed", "You have shown already that this address is yours.");
}

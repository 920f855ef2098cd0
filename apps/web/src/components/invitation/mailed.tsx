import type { Mailed } from "@portico/services";

/** Whether a link went by e-mail too, and what to do where it did not. */
export function MailedNote({ mailed, email }: { mailed: Mailed; email: string }) {
  if (mailed === "sent")
    return (
      <>
        It was sent to <strong className="font-medium [overflow-wrap:anywhere]">{email}</strong>. If it does not arrive,
        hand the link over yourself:
      </>
    );
  if (mailed === "failed")
    return (
      <>
        The mail to <strong className="font-medium [overflow-wrap:anywhere]">{email}</strong> could not be sent. Hand
        the link over yourself, and have whoever runs Portico check its SMTP server:
      </>
    );
  return (
    <>
      Portico sends no e-mail here. Hand this link to{" "}
      <strong className="font-medium [overflow-wrap:anywhere]">{email}</strong> yourself, in a way that others do not
      read:
    </>
  );
}

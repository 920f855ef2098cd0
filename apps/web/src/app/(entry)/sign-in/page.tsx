import { hasOwner, hasSso } from "@portico/services";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { PasskeySignIn } from "@/components/person/passkey-sign-in.tsx";
import { SignInForm } from "@/components/person/sign-in-form.tsx";
import { socialRefusal } from "@/components/person/social.ts";
import { SocialSignIn } from "@/components/person/social-sign-in.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { safeNext } from "@/server/next-path.ts";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  const next = safeNext(query.next);
  const problem = socialRefusal(query.error);
  if (await currentPerson()) redirect(next);
  const { deps, social } = await runtime();
  if (!(await hasOwner(deps))) redirect("/setup");
  return (
    <EntryPage title="Sign in" lead={leadOf(next)}>
      {problem ? (
        <Notice kind="problem" title="You were not signed in">
          {problem}
        </Notice>
      ) : null}
      <SignInForm next={next} />
      <div className="flex flex-col gap-2">
        <SocialSignIn providers={social} next={next} />
        <PasskeySignIn next={next} />
        {(await hasSso(deps)) ? (
          <Link
            href={next === "/" ? "/sign-in/organization" : `/sign-in/organization?next=${encodeURIComponent(next)}`}
            className={buttonClass({ size: "large" })}
          >
            Sign in with your organization
          </Link>
        ) : null}
        {deps.mailer ? (
          <Link
            href={next === "/" ? "/sign-in/mail" : `/sign-in/mail?next=${encodeURIComponent(next)}`}
            className={buttonClass({ look: "quiet", size: "large" })}
          >
            Get a sign-in link by e-mail
          </Link>
        ) : null}
      </div>
      <p className="text-sm text-muted">
        No account? Accounts are made by invitation: ask whoever gave you the address of a server, or an admin of your
        organization.
      </p>
    </EntryPage>
  );
}

function leadOf(next: string): string | undefined {
  if (next.startsWith("/connect/")) return "Sign in to decide about the connection that an app asked for.";
  if (next === "/device" || next.startsWith("/device?"))
    return "Sign in to connect the terminal that shows you a code.";
  if (next === "/invite") return "Sign in with the invited address to accept the invitation.";
  return undefined;
}

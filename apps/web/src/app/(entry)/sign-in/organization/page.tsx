import { SSO_REFUSALS, type SsoRefusal } from "@portico/services";
import type { Metadata } from "next";
import Link from "next/link";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { OrganizationSignInForm } from "@/components/sso/organization-sign-in-form.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { safeNext } from "@/server/next-path.ts";

export const metadata: Metadata = { title: "Sign in with your organization" };

type Query = Record<string, string | string[] | undefined>;

export default async function OrganizationSignInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const next = safeNext(query.next);
  const problem = Object.hasOwn(SSO_REFUSALS, String(query.problem)) ? (query.problem as SsoRefusal) : undefined;
  return (
    <EntryPage
      title="Sign in with your organization"
      lead="Your work address tells which sign-in is yours. You come back here afterwards."
    >
      {problem ? (
        <Notice kind="problem" title="You were not signed in">
          {SSO_REFUSALS[problem]}
        </Notice>
      ) : null}
      <OrganizationSignInForm next={next} />
      <Link
        href={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`}
        className={buttonClass({ look: "quiet", size: "large" })}
      >
        Sign in another way
      </Link>
    </EntryPage>
  );
}

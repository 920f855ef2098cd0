import { getAccount, listSessions } from "@portico/services";
import type { Metadata } from "next";
import { NameForm, PasswordForm } from "@/components/account/account-forms.tsx";
import { LinkedAccounts } from "@/components/account/linked-accounts.tsx";
import { Passkeys } from "@/components/account/passkeys.tsx";
import { Section } from "@/components/account/section.tsx";
import { SessionsList } from "@/components/account/sessions-list.tsx";
import { TwoFactor } from "@/components/account/two-factor.tsx";
import { UnprovedAddress } from "@/components/account/unproved-address.tsx";
import { socialRefusal } from "@/components/person/social.ts";
import { PersonShell } from "@/components/shell/person-shell.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireAccount } from "@/server/account.ts";
import { runtime } from "@/server/runtime.ts";
import { requirePerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Your account" };

type Query = Record<string, string | string[] | undefined>;

export default async function AccountPage({ searchParams }: { searchParams: Promise<Query> }) {
  const [person, account] = await Promise.all([requirePerson(), requireAccount()]);
  const { social } = await runtime();
  const problem = socialRefusal((await searchParams).error);
  const [{ hasProvedAddress, hasPassword, passkeys, linked }, sessions] = await Promise.all([
    getAccount(account),
    listSessions(account),
  ]);
  return (
    <PersonShell personId={person.id}>
      <div className="mx-auto max-w-4xl">
        <PageHeader title="Your account">The same in every organization that you belong to.</PageHeader>
        <Section title="You">
          <div className="flex max-w-md flex-col gap-4">
            <NameForm name={person.name} email={person.email} />
            {hasProvedAddress ? null : (
              <UnprovedAddress email={person.email} sendsMail={account.mailer !== undefined} />
            )}
          </div>
        </Section>
        {hasPassword ? (
          <>
            <Section title="Password">
              <PasswordForm />
            </Section>
            <Section
              title="Two-factor authentication"
              lead="Besides your password, signing in asks for a code of an app on your phone."
            >
              <TwoFactor isOn={person.hasTwoFactor} />
            </Section>
          </>
        ) : (
          <Section title="Password">
            <p className="text-muted">
              You have none: you sign in elsewhere. “Forgot your password?” on the sign-in page gives you one.
            </p>
          </Section>
        )}
        <Section
          title="Passkeys"
          lead="Sign in with your finger, face or PIN. A passkey needs no password and no code."
        >
          <Passkeys passkeys={passkeys} />
        </Section>
        {linked.length > 0 || social.length > 0 ? (
          <Section
            title="Linked accounts"
            lead="Sign in here with an account that you have elsewhere, by the same address."
          >
            {problem ? (
              <div className="mb-3">
                <Notice kind="problem" title="Nothing was linked">
                  {problem}
                </Notice>
              </div>
            ) : null}
            <LinkedAccounts linked={linked} providers={social} />
          </Section>
        ) : null}
        <Section title="Sessions" lead="The browsers that you are signed in with.">
          <SessionsList sessions={sessions} />
        </Section>
      </div>
    </PersonShell>
  );
}

import { Notice } from "@/components/ui/notice.tsx";

/** What came of a sign-in at an API, as the address says that the browser came back to. */
export type SignInOutcome = "connected" | "declined" | "failed";

export function readSignInOutcome(value: string | string[] | undefined): SignInOutcome | undefined {
  return value === "connected" || value === "declined" || value === "failed" ? value : undefined;
}

export function SignInNotice({ outcome, next }: { outcome: SignInOutcome | undefined; next: string }) {
  if (outcome === "connected") return <Notice title="Signed in at the API">{next}</Notice>;
  if (outcome === "declined")
    return <Notice title="Not signed in at the API">You said no there, and nothing was stored.</Notice>;
  if (outcome === "failed")
    return (
      <Notice kind="problem" title="The API gave no access">
        Try again. If it goes on, tell an admin: the client that is stored here for it may not be as the API has it.
      </Notice>
    );
  return null;
}

import Link from "next/link";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

/** For a page that somebody's role does not reach. */
export function NotAllowed({ what }: { what: string }) {
  return (
    <EmptyState
      isPage
      title={`Your role does not let you ${what}`}
      action={
        <Link href="/" className={buttonClass()}>
          Go to servers
        </Link>
      }
    >
      An owner or admin of the organization can change your role.
    </EmptyState>
  );
}

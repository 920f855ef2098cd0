import Link from "next/link";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

export default function NotFound() {
  return (
    <>
      <title>Not found · Portico</title>
      <EmptyState
        isPage
        title="There is nothing at this address"
        action={
          <Link href="/" className={buttonClass()}>
            Go to servers
          </Link>
        }
      >
        It may have been deleted, its slug may have changed, or it belongs to another organization.
      </EmptyState>
    </>
  );
}

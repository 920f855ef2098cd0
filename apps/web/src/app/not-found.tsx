import Link from "next/link";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { buttonClass } from "@/components/ui/button.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <EntryPage
      title="There is nothing at this address"
      lead="It may have been moved or deleted, or the link is incomplete."
    >
      <div>
        <Link href="/" className={buttonClass({ look: "primary", size: "large" })}>
          Go to servers
        </Link>
      </div>
    </EntryPage>
  );
}

import { FlaskConical } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state.tsx";

/** Nothing is picked, so there is nothing to try. */
export function NoTools({ href }: { href: string }) {
  return (
    <EmptyState
      icon={<FlaskConical size={24} aria-hidden />}
      title="There is no tool to try yet"
      action={
        <Link href={`${href}/tools`} className="font-medium underline underline-offset-2">
          Pick tools
        </Link>
      }
    >
      Tools that are picked can be tried here by hand, before any client or model is involved.
    </EmptyState>
  );
}

import type { ReactNode } from "react";
import { LinkTabs } from "@/components/ui/link-tabs.tsx";

interface Props {
  params: Promise<{ slug: string }>;
  children: ReactNode;
}

export default async function TryLayout({ params, children }: Props) {
  const href = `/servers/${(await params).slug}/try`;
  return (
    <div className="flex flex-col gap-6">
      <LinkTabs
        label="Ways to try it"
        tabs={[
          { href, label: "One tool" },
          { href: `${href}/chat`, label: "Chat" },
          { href: `${href}/cases`, label: "Eval cases" },
        ]}
      />
      {children}
    </div>
  );
}

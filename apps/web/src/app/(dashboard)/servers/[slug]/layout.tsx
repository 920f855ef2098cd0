import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ServerHeader } from "@/components/server/server-header.tsx";
import { readServer } from "@/server/read-server.ts";

interface Props {
  params: Promise<{ slug: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await readServer((await params).slug)).server.title };
}

export default async function ServerLayout({ params, children }: Props) {
  const { server, session } = await readServer((await params).slug);
  return (
    <div className="mx-auto max-w-[1200px]">
      <ServerHeader server={server} session={session} />
      {children}
    </div>
  );
}

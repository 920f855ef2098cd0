import type { Metadata } from "next";
import { SignInLinkPage } from "@/components/person/link-page.tsx";
import { safeNext } from "@/server/next-path.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  return <SignInLinkPage next={safeNext((await searchParams).next)} />;
}

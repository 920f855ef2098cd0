import type { Metadata } from "next";
import { SignInLinkPage } from "@/components/person/link-page.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default function Page() {
  return <SignInLinkPage />;
}

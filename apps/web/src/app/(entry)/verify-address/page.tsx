import type { Metadata } from "next";
import { VerifyAddressPage } from "@/components/account/verify-address.tsx";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Verify your address" };

export default async function Page() {
  const person = await currentPerson();
  return <VerifyAddressPage email={person?.email ?? null} />;
}

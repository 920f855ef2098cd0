import { describeServiceProvider } from "@portico/auth";
import { serviceProvider } from "@portico/services";
import { runtime } from "@/server/runtime.ts";

/** The metadata for an organization's SAML provider (saml-metadata-2.0 §4.1.1). It follows from the address alone, and tells nobody who is here. */
export async function GET(_request: Request, { params }: { params: Promise<{ organization: string }> }) {
  const { organization } = await params;
  if (!/^[\w-]{1,100}$/.test(organization)) return new Response(null, { status: 404 });
  const { deps } = await runtime();
  return new Response(describeServiceProvider(serviceProvider(deps, organization)), {
    headers: { "content-type": "application/samlmetadata+xml", "x-content-type-options": "nosniff" },
  });
}

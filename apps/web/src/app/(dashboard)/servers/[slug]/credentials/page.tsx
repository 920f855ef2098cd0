import { isAllowed, listCredentials, listReferences } from "@portico/services";
import { CredentialForm } from "@/components/credential/credential-form.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { readServer } from "@/server/read-server.ts";

const GONE = "Of documents that were removed";

export default async function CredentialsPage({
  params,
  searchParams,
}: {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ "sign-in"?: string }>;
}) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "credential.write")) return <NotAllowed what="set credentials" />;
  const { "sign-in": signIn } = await searchParams;
  const [credentials, references] = await Promise.all([
    listCredentials({ ctx, input: { serverId: server.id } }),
    listReferences(ctx),
  ]);
  if (credentials.length === 0)
    return (
      <EmptyState title="The document asks for no credential">
        Its API answers without one, as far as the document says. If a new reading of the document names a security
        scheme, it appears here.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-4">
      <p className="max-w-2xl text-muted">
        What {server.documents.length > 1 ? "each API" : "the API"} wants to see with every call. Everybody who uses
        this server calls with it; clients and models never see it. It is stored encrypted and takes effect on the next
        call.
      </p>
      {signIn === "failed" ? (
        <Notice kind="problem" title="The API gave no access">
          The client is not registered as it is stored here: compare the client id, the secret and the redirect URI,
          then sign in again.
        </Notice>
      ) : null}
      {signIn === "declined" ? (
        <Notice title="Nothing was changed">You said no at the API. To let it in after all, sign in again.</Notice>
      ) : null}
      {signIn === "connected" ? (
        <Notice title="Signed in at the API">Calls use that account from now on.</Notice>
      ) : null}
      {server.visibility === "public" ? (
        <Notice title="This server is for everybody">
          Whoever has its URL calls the API with what is stored here. Where that is not meant, open Access and choose
          Members.
        </Notice>
      ) : null}
      {[...server.documents.map(({ id, title }) => ({ id, title })), { id: null, title: GONE }].map(({ id, title }) => {
        const own = credentials.filter(({ documentId }) => documentId === id);
        if (own.length === 0) return null;
        const forms = own.map((credential) => (
          <CredentialForm
            key={credential.scheme.name}
            {...{ serverId: server.id, slug: server.slug, credential, references }}
          />
        ));
        if (own.length === credentials.length && id !== null && server.documents.length === 1) return forms;
        return (
          <section key={id} aria-label={title} className="flex flex-col gap-4">
            <h2 className="mt-2 font-semibold [overflow-wrap:anywhere]">{title}</h2>
            {id === null ? (
              <p className="max-w-2xl text-muted">
                The server has these documents no more. What is served may still call with what is stored here, until
                you publish; then it can be removed.
              </p>
            ) : null}
            {forms}
          </section>
        );
      })}
    </div>
  );
}

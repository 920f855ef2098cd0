import http from "node:http";
import type { AddressInfo } from "node:net";
import { createFakeSamlProvider } from "@portico/auth/testing";
import type { Page } from "playwright-core";

/**
 * An organization's identity provider that speaks SAML 2.0, as browsers meet it: a page that asks who somebody is, and one that posts the signed
 * answer back from there. Whoever signs in as "grace" has the address grace@`domain`.
 */
export async function startSamlProvider({ domain }: { domain: string }) {
  let provider: Awaited<ReturnType<typeof createFakeSamlProvider>>;
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "", provider.entityId);
    const html = (body: string) =>
      response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Sign in</title>${body}`);
    if (url.pathname === "/metadata") response.writeHead(200, { "content-type": "text/xml" }).end(provider.metadata);
    else if (url.pathname !== "/sso") response.writeHead(404).end();
    else if (request.method === "GET")
      html(`<form method="post"><label>User <input name="user"></label><button>Sign in</button></form>`);
    else {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const user = new URLSearchParams(Buffer.concat(chunks).toString()).get("user") ?? "";
      const { action, SAMLResponse, RelayState } = provider.signIn(url.href, {
        nameId: `${user}@${domain}`,
        attributes: { displayName: `${user[0]?.toUpperCase()}${user.slice(1)}` },
      });
      html(`<form method="post" action="${action}"><input type="hidden" name="SAMLResponse" value="${SAMLResponse}">
        <input type="hidden" name="RelayState" value="${RelayState}"></form><script>document.forms[0].submit()</script>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = await createFakeSamlProvider({ entityId: url });
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Signs in on the provider's own page. */
export async function signInBySaml(page: Page, { url }: { url: string }, user: string): Promise<void> {
  await page.waitForURL((at) => at.href.startsWith(`${url}/sso`));
  await page.getByLabel("User").fill(user);
  await page.getByRole("button", { name: "Sign in" }).click();
}

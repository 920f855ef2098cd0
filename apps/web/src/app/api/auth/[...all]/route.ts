import { runtime } from "@/server/runtime.ts";

/** What browsers ask by themselves, or are sent to by a provider that they signed in at. Everything else is done by our own actions, which know the organization and write the audit log. */
const OPEN =
  /^\/api\/auth\/(sign-in\/email|sign-out|get-session|passkey\/(generate|verify)-[a-z-]+|callback\/(google|github|microsoft))$/;

/** People's sign-in and sign-out: better-auth's own routes, as far as they are open. */
async function handle(request: Request): Promise<Response> {
  if (!OPEN.test(new URL(request.url).pathname)) return new Response(null, { status: 404 });
  return (await runtime()).people.handler(request);
}

export { handle as GET, handle as POST };

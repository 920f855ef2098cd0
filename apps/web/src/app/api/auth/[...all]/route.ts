import { runtime } from "@/server/runtime.ts";

/** People's sign-in and sign-out: better-auth's own routes. */
async function handle(request: Request): Promise<Response> {
  return (await runtime()).people.handler(request);
}

export { handle as GET, handle as POST };

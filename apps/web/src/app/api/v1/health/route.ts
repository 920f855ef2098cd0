import { runtime } from "@/server/runtime.ts";

export const dynamic = "force-dynamic";

/** Whether this process can answer; the first question opens its pools. */
export async function GET(): Promise<Response> {
  const { deps } = await runtime();
  await deps.db.$queryRaw`SELECT 1`;
  return Response.json({ status: "ready" });
}

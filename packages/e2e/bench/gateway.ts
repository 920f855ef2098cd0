import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pinLoad, startContender } from "./gateway/contender.ts";
import { measureLargeAnswer, measureSessions, SESSIONS } from "./gateway/memory.ts";
import { publishItems } from "./gateway/published.ts";
import { measureTime } from "./gateway/time.ts";

/**
 * What a request costs the gateway in processor time, side by side with a bare proxy, the plain SDK and a static reply, and what
 * sessions and a large answer cost it in memory. Prints a table and, last, one JSON object of ratios.
 */
export async function benchGateway(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl)
    throw new Error("DATABASE_URL is not set: run `npm run bench -- gateway`, which starts PostgreSQL.");
  const isPinned = pinLoad();
  console.log(
    isPinned ? "Servers run on core 0, the load on core 1." : "Without taskset, servers and load share cores.",
  );
  const folder = mkdtempSync(path.join(os.tmpdir(), "portico-bench-"));
  const upstream = await startContender("upstream", { isAside: true });
  try {
    const published = await publishItems(databaseUrl, upstream.url);
    const ratios = await measureTime(published, upstream.url, folder);
    const sessionsMb = await measureSessions(published);
    const bigAnswerMb = await measureLargeAnswer(published);
    console.log(`\n${SESSIONS} legacy sessions: ${sessionsMb} MB; an answer of 50 MB: ${bigAnswerMb} MB\n`);
    console.log(JSON.stringify({ bench: "gateway", node: process.version, isPinned, ratios, sessionsMb, bigAnswerMb }));
  } finally {
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

import { startContender, startGateway } from "../bench/gateway/contender.ts";
import { publishItems } from "../bench/gateway/published.ts";
import { startFixtureServer } from "./fixture-server.ts";
import { type Revision, runRequirements, runScenarios, type SetResult } from "./suite.ts";

/** Of the required scenarios, those that need none of the suite's own tools: they hold for every published server. */
const APPLICABLE: Record<Revision, readonly string[]> = {
  "2025-11-25": [
    "server-initialize",
    "ping",
    "logging-set-level",
    "tools-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
    "server-session-lifecycle",
  ],
  "2026-07-28": [
    "tools-list",
    "server-sse-multiple-streams",
    "sep-2164-resource-not-found",
    "dns-rebinding-protection",
    "caching",
    "http-header-validation",
    "input-required-result-unsupported-methods",
  ],
};

/**
 * The official suite against the fixture, which is served by the same endpoint as every published server, and, given a database, what of
 * it applies to a server generated from a document, behind a real gateway.
 */
export async function runConformance(databaseUrl: string | undefined): Promise<SetResult[]> {
  const results: SetResult[] = [];
  const fixture = await startFixtureServer();
  try {
    for (const revision of ["2025-11-25", "2026-07-28"] as const)
      results.push(await runRequirements("fixture", fixture.url, revision));
  } finally {
    await fixture.close();
  }
  if (databaseUrl) results.push(...(await runGenerated(databaseUrl)));
  return results;
}

async function runGenerated(databaseUrl: string): Promise<SetResult[]> {
  const upstream = await startContender("upstream", { isAside: true });
  const published = await publishItems(databaseUrl, upstream.url, { visibility: "public" });
  const gateway = await startGateway(published);
  try {
    const results: SetResult[] = [];
    for (const revision of ["2025-11-25", "2026-07-28"] as const)
      results.push(await runScenarios("generated", gateway.url + published.path, revision, APPLICABLE[revision]));
    return results;
  } finally {
    await Promise.all([gateway.stop(), upstream.stop()]);
  }
}

export function lineOf({ name, passed, failed, expected }: SetResult): string {
  const names = (list: string[]) => (list.length === 0 ? "" : ` (${list.join(", ")})`);
  return `${name}: ${passed} passed, ${failed.length} failed${names(failed)}, ${expected.length} expected failures${names(expected)}`;
}

if (import.meta.main) {
  const results = await runConformance(process.env.DATABASE_URL);
  for (const { isGreen, output } of results) if (!isGreen) console.log(output);
  for (const result of results) console.log(lineOf(result));
  process.exitCode = results.every(({ isGreen }) => isGreen) ? 0 : 1;
}

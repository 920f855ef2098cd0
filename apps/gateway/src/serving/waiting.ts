import type { CallTool } from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import { type Places, type ProfileBases, placeOf } from "@portico/services";

/** An answer that takes no longer is not worth a message. */
const EVERY_MS = 2_000;

const NOTHING = () => {};

/** Says how long an API has been awaited, until the function it returns is called. */
export function reportWaiting(onProgress: Parameters<CallTool>[0]["onProgress"], hostOf: () => string): () => void {
  if (!onProgress) return NOTHING;
  const host = hostOf();
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    onProgress({ progress: seconds, message: `Waiting for ${host}: ${seconds} s` });
  }, EVERY_MS);
  return () => clearInterval(timer);
}

interface Called {
  places: Places;
  profile: ProfileBases | null;
}

/** Who is waited for. The steps of a tool may call several APIs. */
export function awaitedHost(serving: Called, tool: Tool): string {
  const { places, profile } = serving;
  if (tool.steps) {
    const [host = "the API", ...others] = new Set(tool.steps.map((step) => awaitedHost(serving, step.tool)));
    return others.length > 0 ? "the APIs" : host;
  }
  const url = placeOf(places, tool, profile).baseUrl ?? tool.plan.baseUrls[0]?.url ?? "";
  return URL.canParse(url) ? new URL(url).host : "the API";
}

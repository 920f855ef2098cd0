import { startGateway } from "./contender.ts";
import { createLoad, type Load } from "./load.ts";
import type { Published } from "./published.ts";
import { requestsOf } from "./requests.ts";

export const SESSIONS = 10_000;
/** Loads the code and fills the heap's young half, which are not what is asked about. */
const WARM = 2_000;
const LARGE_ANSWERS = 3;

/** MB that initialized sessions without a stream leave behind in a new process. */
export async function measureSessions(published: Published): Promise<number> {
  const requests = requestsOf(published.path, published.apiKey);
  return inNewGateway(published, async (load, gateway) => {
    const open = async (number: number) => {
      const { headers } = await load.ask(requests.initialize(number));
      await load.ask(requests.initialized(String(headers["mcp-session-id"])));
    };
    await load.times(open, WARM);
    const before = await gateway.settle();
    await load.times(open, SESSIONS);
    const after = await gateway.settle();
    return toMb(after.rssBytes - before.rssBytes);
  });
}

/** MB that a process holds at most while it answers with 50 MB from the API, beyond what it held before. */
export async function measureLargeAnswer(published: Published): Promise<number> {
  const requests = requestsOf(published.path, published.apiKey);
  return inNewGateway(published, async (load, gateway) => {
    await load.times((number) => load.ask(requests.callModern(number)), WARM);
    const extra: number[] = [];
    for (let i = 0; i < LARGE_ANSWERS; i++) {
      const before = await gateway.settle();
      await load.ask(requests.callLarge(i));
      const after = await gateway.gauge();
      extra.push(toMb(after.peakBytes - before.rssBytes));
    }
    return Math.max(...extra);
  });
}

async function inNewGateway<T>(
  published: Published,
  measure: (load: Load, gateway: Awaited<ReturnType<typeof startGateway>>) => Promise<T>,
): Promise<T> {
  const gateway = await startGateway(published);
  const load = createLoad(gateway.url);
  try {
    return await measure(load, gateway);
  } finally {
    await load.close();
    await gateway.stop();
  }
}

function toMb(bytes: number): number {
  return Math.round((bytes / 1024 / 1024) * 10) / 10;
}

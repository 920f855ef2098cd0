import type { Deps, RequestLimits } from "@portico/services";

const WINDOW_MS = 60_000;
/** How often processes tell each other what they have let through: as much as that can slip past a limit. */
const SHARE_MS = 1_000;
/** Counts that are kept; beyond it the oldest are forgotten, which lets somebody through rather than keeping anybody out. */
const COUNTS_MAX = 50_000;

interface Count {
  /** By all processes, as far as this one has heard. */
  known: number;
  /** By this one, not told yet. */
  untold: number;
}

/** Whose request it is, in three ways. */
export interface Counted {
  caller: string;
  serverId: string;
  organizationId: string;
}

/** Addresses and tokens that were none, from one network in a minute. More are guesses, or a client that is broken. */
export const GUESSES_MAX = 300;

/** A limit that was reached. */
export interface LimitReached {
  limit: number;
  what: "perCaller" | "perServer" | "inAll" | "guesses";
  /** Until the next minute begins. */
  retryAfterSeconds: number;
}

/**
 * Counts requests by the minute, in memory: every process counts for itself, and once a second they add up what they have let through. When
 * the shared store is away each goes on alone.
 */
export function createRateLimits({ state }: Pick<Deps, "state">, now: () => number = Date.now) {
  let counts = new Map<string, Count>();
  let window = 0;
  const timer = setInterval(() => void share(), SHARE_MS);
  timer.unref();

  function beginMinute(): void {
    const at = Math.floor(now() / WINDOW_MS);
    if (at === window) return;
    window = at;
    counts = new Map();
  }
  const secondsLeft = () => Math.ceil(((window + 1) * WINDOW_MS - now()) / 1_000);

  function countOf(key: string): Count {
    const known = counts.get(key);
    if (known) return known;
    const [oldest] = counts.size >= COUNTS_MAX ? counts.keys() : [];
    if (oldest !== undefined) counts.delete(oldest);
    const count = { known: 0, untold: 0 };
    counts.set(key, count);
    return count;
  }

  async function share(): Promise<void> {
    const [shared, at] = [counts, window];
    const told = [...shared].filter(([, { untold }]) => untold > 0);
    await Promise.all(
      told.map(async ([key, count]) => {
        const by = count.untold;
        count.untold = 0;
        // Until the others' are known: what is on its way counts too.
        count.known += by;
        count.known = await state.increment(`requests:${at}:${key}`, 2 * WINDOW_MS, by).catch(() => count.known);
      }),
    );
  }

  return {
    /** Counts a request, or says which limit it would break; then it counts for none of them. */
    take({ caller, serverId, organizationId }: Counted, limits: RequestLimits): LimitReached | undefined {
      const { perCaller, perServer, inAll } = limits;
      if (perCaller === undefined && perServer === undefined && inAll === undefined) return undefined;
      beginMinute();
      const taken: Count[] = [];
      for (const [what, key, limit] of [
        ["perCaller", `${serverId}/${caller}`, perCaller],
        ["perServer", serverId, perServer],
        ["inAll", organizationId, inAll],
      ] as const) {
        if (limit === undefined) continue;
        const count = countOf(key);
        if (count.known + count.untold >= limit) return { limit, what, retryAfterSeconds: secondsLeft() };
        taken.push(count);
      }
      for (const count of taken) count.untold++;
      return undefined;
    },
    /**
     * Says when a network has tried too many addresses and tokens that were none; else, where this request was one more, counts it. For
     * requests that are refused anyway: whoever sends a good token is never asked.
     */
    takeGuess(network: string, isGuess: boolean): LimitReached | undefined {
      beginMinute();
      const count = countOf(`guesses/${network}`);
      if (count.known + count.untold >= GUESSES_MAX)
        return { limit: GUESSES_MAX, what: "guesses", retryAfterSeconds: secondsLeft() };
      if (isGuess) count.untold++;
      return undefined;
    },
    /** Tells the others at once what was let through. */
    share,
    async close(): Promise<void> {
      clearInterval(timer);
      await share();
    },
  };
}

export type RateLimits = ReturnType<typeof createRateLimits>;

const WORDS: Record<LimitReached["what"], string> = {
  perCaller: "You have sent",
  perServer: "This server has been sent",
  inAll: "The servers of this organization have been sent",
  guesses: "To what is no server, or with what is no token, your network has sent",
};

/** For whoever reads an error in a client. */
export function limitText({ limit, what, retryAfterSeconds }: LimitReached): string {
  return `${WORDS[what]} ${limit} requests in this minute, which is the limit. Try again in ${retryAfterSeconds} s.`;
}

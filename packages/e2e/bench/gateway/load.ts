import { Pool } from "undici";

export const CONNECTIONS = 16;

/** One request; `expected` has to be in its answer. */
export interface Ask {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  body?: string;
  expected: string;
}

/** Sixteen kept connections, each asking again as soon as it was answered. Every answer is checked. */
export function createLoad(url: string) {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1, headersTimeout: 20_000 });

  async function ask({ expected, ...request }: Ask) {
    const { statusCode, headers, body } = await pool.request(request);
    const text = await body.text();
    if (statusCode >= 300 || !text.includes(expected) || text.includes('"isError":true'))
      throw new Error(`${request.method} ${url}${request.path}: ${statusCode} ${text.slice(0, 300)}`);
    return { headers, text };
  }

  /** Works on all connections until it is enough; gives how often. */
  async function run(
    work: (number: number) => Promise<unknown>,
    isEnough: (begun: number) => boolean,
  ): Promise<number> {
    let begun = 0;
    const connection = async () => {
      while (!isEnough(begun)) await work(begun++);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    return begun;
  }

  return {
    ask,
    forMs(next: (number: number) => Ask, ms: number): Promise<number> {
      const until = performance.now() + ms;
      return run(
        (number) => ask(next(number)),
        () => performance.now() >= until,
      );
    },
    times: (work: (number: number) => Promise<unknown>, count: number) => run(work, (done) => done >= count),
    close: () => pool.close(),
  };
}

export type Load = ReturnType<typeof createLoad>;

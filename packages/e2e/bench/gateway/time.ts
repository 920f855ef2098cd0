import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Contender, startContender, startGateway } from "./contender.ts";
import { type Ask, createLoad, type Load } from "./load.ts";
import type { Published } from "./published.ts";
import { itemRequest, requestsOf } from "./requests.ts";

const ROUNDS = 30;
const ROUND_MS = 300;
/** Until every server is compiled for good: how fast it compiles is not what is asked. */
const WARM_MS = 6_000;

/** One kind of request to one server, measured in every round. */
interface Subject {
  name: string;
  server: Contender;
  load: Load;
  next: (number: number) => Ask;
  /** Of the server's process for one request, round by round. */
  cpuUs: number[];
}

/** Everything in one run and in short turns, so that a machine that gets slower is as slow for all. */
export async function measureTime(published: Published, upstreamUrl: string, folder: string) {
  const env = { UPSTREAM_URL: upstreamUrl };
  const requests = requestsOf(published.path, published.apiKey);
  const gateway = await startGateway(published);
  const { list, session } = await prepare(gateway, requests);
  const listFile = path.join(folder, "list.json");
  writeFileSync(listFile, list);
  const proxy = await startContender("proxy", { env });
  const sdk = await startContender("sdk", { env });
  const fixed = await startContender("static", { env: { ANSWER_FILE: listFile } });

  const subject = (name: string, server: Contender, next: Subject["next"]): Subject => {
    return { name, server, next, load: createLoad(server.url), cpuUs: [] };
  };
  const subjects = {
    proxy: subject("bare Fastify and undici proxy", proxy, itemRequest),
    callModern: subject("gateway, tools/call, 2026-07-28", gateway, requests.callModern),
    callLegacy: subject("gateway, tools/call, 2025-11-25", gateway, requests.callLegacy(session)),
    sdk: subject("SDK handler, tools/call, 2026-07-28", sdk, requestsOf("/").callModern),
    static: subject(`static reply of ${Buffer.byteLength(list)} bytes`, fixed, requestsOf("/").list),
    list: subject("gateway, tools/list of the same", gateway, requests.list),
  };
  const all = Object.values(subjects);
  for (const { load, next } of all) await load.forMs(next, WARM_MS);
  for (let round = 0; round < ROUNDS; round++) for (const one of all) await measure(one);
  for (const { load } of all) await load.close();
  for (const server of [gateway, proxy, sdk, fixed]) await server.stop();

  console.log("\nCPU for one request, µs: median (least to most)");
  for (const { name, cpuUs } of all) {
    const [least, most] = [Math.min(...cpuUs), Math.max(...cpuUs)].map((us) => us.toFixed(0));
    console.log(`  ${name.padEnd(36)} ${median(cpuUs).toFixed(0).padStart(5)} (${least} to ${most})`);
  }
  return ratiosOf(subjects);
}

/** A list's bytes, and a session to call in. */
async function prepare(gateway: Contender, requests: ReturnType<typeof requestsOf>) {
  const load = createLoad(gateway.url);
  const { text: list } = await load.ask(requests.list(1));
  const { headers } = await load.ask(requests.initialize(1));
  const session = String(headers["mcp-session-id"]);
  await load.ask(requests.initialized(session));
  await load.close();
  return { list, session };
}

async function measure({ server, load, next, cpuUs }: Subject): Promise<void> {
  const before = await server.gauge();
  const answered = await load.forMs(next, ROUND_MS);
  const after = await server.gauge();
  cpuUs.push((after.cpuUs - before.cpuUs) / answered);
}

/** Medians of what the rounds say: what else a machine does falls on neighbours alike. */
function ratiosOf(subjects: Record<"proxy" | "callModern" | "callLegacy" | "sdk" | "static" | "list", Subject>) {
  const round = (value: number) => Math.round(value * 100) / 100;
  const us = (name: keyof typeof subjects) => round(median(subjects[name].cpuUs));
  const ratio = (name: keyof typeof subjects, base: keyof typeof subjects) =>
    round(median(subjects[name].cpuUs.map((cpuUs, i) => cpuUs / (subjects[base].cpuUs[i] as number))));
  const call = (name: "callModern" | "callLegacy") => {
    return { us: us(name), toProxy: ratio(name, "proxy"), toSdk: ratio(name, "sdk") };
  };
  return {
    callModern: call("callModern"),
    callLegacy: call("callLegacy"),
    sdk: { us: us("sdk"), toProxy: ratio("sdk", "proxy") },
    list: { us: us("list"), toStatic: ratio("list", "static") },
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

import http from "node:http";
import { createTestDatabase } from "@portico/db/testing";
import { actIn, type Ctx, openDeps } from "@portico/services";
import { type Contender, startContender, startGateway } from "../bench/gateway/contender.ts";
import { type Published, publishItems } from "../bench/gateway/published.ts";
import { freePort } from "./portico.ts";

/** Two gateways at one address, of which each next request meets the other one. */
export interface TwoProcesses {
  published: Published;
  url: string;
  gateways: Contender[];
  /** Works on the draft as its owner. */
  edit<Result>(work: Work<Result>): Promise<Result>;
  stop(): Promise<void>;
}

type Work<Result> = (ctx: Ctx, serverId: string) => Promise<Result>;

interface TwoProcessesOptions {
  /** The API that is called, and its document; without them a program that answers with items. */
  api?: { url: string; document: string };
  /** Done to the draft before the gateways start. */
  prepare?: Work<void>;
}

/** Publishes a server and starts both gateways; what was started is stopped when one of them fails. */
export async function startTwoProcesses({ api, prepare }: TwoProcessesOptions = {}): Promise<TwoProcesses> {
  const database = await createTestDatabase();
  const stops: (() => unknown)[] = [() => database.drop()];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const upstream = api ? undefined : await startContender("upstream");
    if (upstream) stops.push(upstream.stop);
    const url = api?.url ?? upstream?.url ?? "";
    const published = await publishItems(database.url, url, api ? { content: api.document } : {});
    if (prepare) await editDraft(database.url, published, prepare);
    const gateways: Contender[] = [];
    for (let index = 0; index < 2; index++) {
      const gateway = await startGateway({ ...published, port: await freePort() });
      gateways.push(gateway);
      stops.push(gateway.stop);
    }
    const proxy = await startProxy(
      published.port,
      gateways.map(({ url }) => url),
    );
    stops.push(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    return {
      published,
      url: `http://127.0.0.1:${published.port}${published.path}`,
      gateways,
      edit: (work) => editDraft(database.url, published, work),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every request to the next process in turn, whoever asked; one that cannot be reached is passed over. */
export async function startProxy(port: number, urls: string[]): Promise<http.Server> {
  let turn = 0;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const first = turn++;
    const attempt = (tried: number) => {
      const { hostname, port: to } = new URL(urls[(first + tried) % urls.length] as string);
      const { method, url, headers } = request;
      const onward = http.request({ hostname, port: to, method, path: url, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      });
      onward.on("error", () => {
        if (response.headersSent || tried + 1 === urls.length) response.destroy();
        else attempt(tried + 1);
      });
      response.on("close", () => onward.destroy());
      onward.end(Buffer.concat(chunks));
    };
    attempt(0);
  });
  // The clients keep their connections longer than the test takes.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

async function editDraft<Result>(databaseUrl: string, { env }: Published, work: Work<Result>): Promise<Result> {
  const { PORTICO_SECRET_KEY = "", PORTICO_URL = "" } = env;
  const deps = openDeps({
    databaseUrl,
    secretKeys: [PORTICO_SECRET_KEY],
    publicUrl: PORTICO_URL,
    connectionsMax: 2,
  });
  try {
    const { id, organizationId } = await deps.db.server.findFirstOrThrow();
    const { userId } = await deps.db.member.findFirstOrThrow();
    return await work(actIn(deps, { organizationId, actor: { type: "user", id: userId, role: "owner" } }), id);
  } finally {
    await deps.close();
  }
}

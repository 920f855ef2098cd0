import { createMailer } from "@portico/mail";
import { startSmtp } from "@portico/mail/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as services from "../index.ts";
import { callEvent, compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
let smtp: Awaited<ReturnType<typeof startSmtp>>;
let serverId: string;
let owner: string;
beforeAll(async () => {
  [test, smtp] = await Promise.all([createTestServices(), startSmtp()]);
  const { jobId } = await services.publishSource({ ctx: test.ctx, input: { source: { content: petsDocument } } });
  await run(jobId);
  serverId = ((await services.getJob({ ctx: test.ctx, input: { id: jobId } })).result as { server: { id: string } })
    .server.id;
  const members = await services.listMembers({ ctx: test.ctx });
  owner = members.find(({ role }) => role === "owner")?.email ?? "";
});
afterAll(() => Promise.all([test.close(), smtp.stop()]));

const mailing = () => ({
  ...test.deps,
  mailer: createMailer({ url: smtp.url, from: "Portico <portico@example.com>" }),
});
const run = (jobId: string) =>
  services.runJob(mailing(), {
    jobId,
    compileSource: compileInProcess,
    onBug: (error) => expect(error).toBeUndefined(),
  });

const calls = (count: number, more: object = {}) =>
  Array.from({ length: count }, () => callEvent(test.ctx.organizationId, serverId, more));

/** Runs what recording had told people of, and says what that was. */
async function told(): Promise<string[]> {
  const jobs = await test.deps.db.job.findMany({ where: { kind: "tell-quota", state: "queued" } });
  for (const { id } of jobs) await run(id);
  return jobs.map(({ input }) => {
    const { mark, serverId } = input as { mark: number; serverId?: string };
    return `${serverId ? "server" : "all"} ${mark}`;
  });
}

it("counts calls that reached the API, each once, by server", async () => {
  const batch = [...calls(3), ...calls(2, { outcome: "upstream_error", status: 500 })];
  await services.recordUsage(test.deps, batch);
  await services.recordUsage(test.deps, [...batch, ...calls(1)]);
  const refused = ["blocked", "declined", "invalid_arguments"].flatMap((outcome) => calls(1, { outcome }));
  // Without an operation it is a tool of Portico's own, such as one that stands in for prompts.
  const own = calls(1, { tool: "list_prompts", operation: undefined });
  await services.recordUsage(test.deps, [...refused, ...own, ...calls(1, { kind: "initialize" })]);
  const use = await services.getQuotaUse({ ctx: test.ctx });
  expect(use).toMatchObject({ calls: 6, month: new Date().toISOString().slice(0, 7) });
  expect(use.servers[0]).toMatchObject({ id: serverId, calls: 6 });
  expect(use.endsAt.getUTCDate()).toBe(1);
});

it("tells owners and admins once at four fifths and once at the end", async () => {
  await services.setRequestLimits({ ctx: test.ctx, input: { monthPerServer: 20, monthInAll: 40 } });
  await services.recordUsage(mailing(), calls(9));
  expect(await told()).toEqual([]);
  await services.recordUsage(mailing(), calls(2));
  expect(await told()).toEqual(["server 0.8"]);
  const mail = await smtp.mailTo(owner);
  expect(mail.header("subject")).toMatch(/^80 % of the calls of .+ are used$/);
  expect(mail.text).toContain("17 of 20 calls");
  await services.recordUsage(mailing(), calls(2));
  expect(await told()).toEqual([]);
  await services.recordUsage(mailing(), calls(3));
  expect(await told()).toEqual(["server 1"]);
  expect((await smtp.mailTo(owner)).header("subject")).toMatch(/are used up$/);
  await services.recordUsage(mailing(), calls(20));
  expect(await told()).toEqual(["all 1"]);
});

it("keeps limits that make sense only", async () => {
  for (const monthInAll of [0, -1, 1.5, 2e9])
    await expect(services.setRequestLimits({ ctx: test.ctx, input: { monthInAll } })).rejects.toMatchObject({
      code: "invalid_input",
    });
  await services.setRequestLimits({ ctx: test.ctx, input: {} });
  expect(await services.getRequestLimits({ ctx: test.ctx })).toEqual({});
});

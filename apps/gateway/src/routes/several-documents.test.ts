import {
  addServerDocument,
  createProfile,
  fillInFields,
  getJob,
  importDocument,
  publishServer,
  removeServerDocument,
  runJob,
  setCredential,
  updateServer,
  updateServerDocument,
} from "@portico/services";
import { compileInProcess } from "@portico/services/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  bearer,
  callTool,
  notesDocument,
  publicUrl,
  rpc,
  startTestGateway,
  startUpstream,
  type TestGateway,
} from "../testing.ts";
import { connectClient, createPerson } from "../testing-oauth.ts";

/** What is changed holds everywhere within this. */
const REACH_MS = 1_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

let other: Awaited<ReturnType<typeof startUpstream>>;
beforeEach(async () => {
  other = await startUpstream();
});
afterEach(() => other.stop());

const ctx = () => gateway.ctx;
const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: REACH_MS, interval: 20 });

async function importNotes(content: string): Promise<string> {
  const { jobId } = await importDocument({ ctx: ctx(), input: { source: { content } } });
  const onBug = (error: unknown) => {
    throw error;
  };
  await runJob(gateway.deps, { jobId, compileSource: compileInProcess, onBug });
  return (await getJob({ ctx: ctx(), input: { id: jobId } })).result?.documentId as string;
}

/** A server of two APIs that are told alike: the same operations, and a scheme of the same name. */
async function serve(slug: string, content = notesDocument(other.url)) {
  const { path, serverId } = await gateway.publish({ slug });
  const documentId = await importNotes(content);
  const input = { serverId, documentId, key: "two", select: "all" as const };
  await addServerDocument({ ctx: ctx(), input });
  await publish(serverId);
  return { path, serverId, documentId };
}

const publish = (id: string) => publishServer({ ctx: ctx(), input: { id } });
const setKey = (serverId: string, scheme: string, value: string) =>
  setCredential({ ctx: ctx(), input: { serverId, scheme, credential: { type: "apiKey", value } } });
const call = async (path: string, name: string, args: object = {}) =>
  (await callTool(gateway.app, path, gateway.apiKey, args, name)).text;
const keysOf = ({ seen }: Pick<typeof other, "seen">) => seen.map(({ headers }) => headers["x-key"]);

describe("a server of two APIs that call their key alike", () => {
  it("sends each its own key and no other's, whichever is stored", async () => {
    const { path, serverId } = await serve("alike");
    gateway.upstream.seen.length = 0;
    await call(path, "listNotes");
    await setKey(serverId, "key", "of-the-first");
    await within(async () => {
      await call(path, "listNotes");
      expect(keysOf(gateway.upstream).at(-1)).toBe("of-the-first");
    });
    // Nothing is stored for the other, and what is stored for the first is not taken for it.
    await call(path, "two_listNotes");
    expect(keysOf(other)).toEqual([undefined]);
    await setKey(serverId, "two:key", "of-the-second");
    await within(async () => {
      await call(path, "two_listNotes");
      expect(keysOf(other).at(-1)).toBe("of-the-second");
    });
    await call(path, "listNotes");
    await call(path, "two_addNote", { body: {} });
    expect(new Set(keysOf(gateway.upstream))).toEqual(new Set([undefined, "of-the-first"]));
    expect(keysOf(gateway.upstream)).not.toContain("of-the-second");
    expect(keysOf(other)).not.toContain("of-the-first");
  });

  it("calls each where its own document or base URL says, and moving one moves no other", async () => {
    const { path, serverId, documentId } = await serve("moved");
    await setKey(serverId, "key", "of-the-first");
    await setKey(serverId, "two:key", "of-the-second");
    const third = await startUpstream();
    try {
      await updateServer({ ctx: ctx(), input: { id: serverId, baseUrl: third.url } });
      await publish(serverId);
      await within(async () => expect(await call(path, "listNotes")).toContain("Nothing was sent"));
      await call(path, "two_listNotes");
      expect(keysOf(other).at(-1)).toBe("of-the-second");
      await updateServer({ ctx: ctx(), input: { id: serverId, baseUrl: null } });
      await updateServerDocument({ ctx: ctx(), input: { serverId, documentId, baseUrl: `${third.url}/v2` } });
      await publish(serverId);
      await within(async () => expect(await call(path, "two_listNotes")).toContain("Nothing was sent"));
      await call(path, "listNotes");
      expect(keysOf(gateway.upstream).at(-1)).toBe("of-the-first");
      await setKey(serverId, "two:key", "of-the-third");
      await within(async () => {
        await call(path, "two_listNotes");
        expect(third.seen.at(-1)).toMatchObject({ url: "/v2/notes", headers: { "x-key": "of-the-third" } });
      });
      expect(keysOf(third)).toEqual(["of-the-third"]);
    } finally {
      await third.stop();
    }
  });

  it("runs with a profile that has an address and arguments for each", async () => {
    const { path, serverId } = await serve("profiled");
    await setKey(serverId, "key", "of-the-first");
    await setKey(serverId, "two:key", "of-the-second");
    const settings = {
      baseUrls: { two: `${other.url}/staging` },
      arguments: [{ argument: "tag", mode: "fixed" as const, value: "blue" }],
    };
    await createProfile({ ctx: ctx(), input: { serverId, name: "Staging", settings } });
    await within(async () => {
      await call(path, "two_listNotes", { tag: "red" });
      expect(other.seen.at(-1)).toMatchObject({ url: "/staging/notes?tag=red", headers: { "x-key": "of-the-second" } });
    });
    await call(path, "listNotes");
    expect(gateway.upstream.seen.at(-1)).toMatchObject({
      url: "/notes?tag=blue",
      headers: { "x-key": "of-the-first" },
    });
  });

  it("takes what each person fills in for the one to that one", async () => {
    const { path, serverId } = await serve("personal");
    await setKey(serverId, "key", "of-the-first");
    await setKey(serverId, "two:key", "of-the-second");
    const ada = await createPerson(gateway);
    const { tokens } = await connectClient(gateway, path, ada);
    const fields = { "credential:two:key": "person" as const };
    const { id: profileId } = await createProfile({
      ctx: ctx(),
      input: { serverId, name: "Own", settings: { fields } },
    });
    const as = (name: string) => callTool(gateway.app, path, tokens.access, {}, name);
    await within(async () => expect((await as("two_listNotes")).text).toContain("still to be filled in"));
    other.seen.length = 0;
    await as("two_listNotes");
    expect(other.seen).toEqual([]);
    const account = { ...gateway.deps, userId: ada.id };
    const value = { type: "apiKey" as const, value: "of-ada" };
    const fill = (values: Record<string, unknown>) =>
      fillInFields(account, { resource: publicUrl + path, profileId, values });
    await expect(fill({ "credential:key": value })).rejects.toMatchObject({ code: "invalid_input" });
    await fill({ "credential:two:key": value });
    await within(async () => {
      await as("two_listNotes");
      expect(keysOf(other).at(-1)).toBe("of-ada");
    });
    await as("listNotes");
    expect(keysOf(gateway.upstream).at(-1)).toBe("of-the-first");
    expect(keysOf(other)).not.toContain("of-the-second");
  });

  it("makes the calls of one tool of several at both, and records each tool by its operation", async () => {
    const { path, serverId } = await serve("steps");
    await setKey(serverId, "key", "of-the-first");
    await setKey(serverId, "two:key", "of-the-second");
    const steps = [
      { id: "a", operation: "GET /notes" },
      { id: "b", operation: "GET two:/notes" },
    ];
    const both = { name: "both", description: "Asks both", steps };
    await updateServer({ ctx: ctx(), input: { id: serverId, composedTools: [both] } });
    await publish(serverId);
    await within(async () => expect(await call(path, "both")).not.toContain("isError"));
    expect(keysOf(gateway.upstream).at(-1)).toBe("of-the-first");
    expect(keysOf(other).at(-1)).toBe("of-the-second");
    await call(path, "two_listNotes");
    await within(async () => {
      expect(gateway.usage.at(-1)).toMatchObject({ tool: "two_listNotes", operation: "GET two:/notes" });
    });
  });

  it("goes on with what is served when a document is removed, until that is published", async () => {
    const { path, serverId, documentId } = await serve("fewer");
    await setKey(serverId, "two:key", "of-the-second");
    await removeServerDocument({ ctx: ctx(), input: { serverId, documentId } });
    await within(async () => {
      await call(path, "two_listNotes");
      expect(keysOf(other).at(-1)).toBe("of-the-second");
    });
    await publish(serverId);
    await within(async () => {
      const { body } = await rpc(gateway.app, path, "tools/list", {}, bearer(gateway.apiKey));
      expect((body as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name)).toEqual([
        ...["listNotes", "addNote"],
      ]);
    });
  });
});

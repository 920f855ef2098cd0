import type { ChatCall, ChatEvent } from "@portico/services";
import { describe, expect, it } from "vitest";
import { readEvents } from "./read-events.ts";
import { advance, decide, EMPTY, fail, resume, say, stop, type Transcript } from "./transcript.ts";

const call = (id: string, mustAsk = false): ChatCall => ({
  ...{ id, tool: "addThing", operation: "POST /things", kind: "changing", arguments: {}, mustAsk },
});
const said = (...parts: Extract<Extract<ChatEvent, { type: "said" }>["message"], { role: "assistant" }>["parts"]) =>
  ({ type: "said", message: { role: "assistant", parts }, usage: { input: 5, output: 2 } }) satisfies ChatEvent;
const answered = (callId: string) =>
  ({
    ...{ type: "answered", tokens: 1, ms: 2, outcome: "ok" },
    message: { role: "tool", callId, tool: "addThing", text: "3", isError: false },
  }) satisfies ChatEvent;
const after = (begun: Transcript, ...events: ChatEvent[]) => events.reduce(advance, begun);
const states = ({ items }: Transcript) => items.flatMap((item) => (item.type === "call" ? [item.state] : []));

describe("a transcript", () => {
  it("grows by what is said, and is sent back as it came", () => {
    const end = after(
      say(EMPTY, "Hello"),
      { type: "text", text: "Let me " },
      { type: "text", text: "see." },
      said({ type: "text", text: "Let me see." }, { type: "call", id: "a", tool: "addThing", arguments: {} }),
      { type: "call", call: call("a") },
      answered("a"),
      { type: "text", text: "Three." },
      said({ type: "text", text: "Three." }),
      { type: "end", reason: "done" },
    );
    expect(end.items.map((item) => (item.type === "call" ? item.state : "text" in item ? item.text : ""))).toEqual([
      ...["Hello", "Let me see.", "answered", "Three."],
    ]);
    expect(end.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(end.tokens).toEqual({ input: 10, output: 4 });
  });

  it("waits for the person, call by call", () => {
    const waiting = after(
      say(EMPTY, "Hello"),
      { type: "call", call: call("a", true) },
      { type: "call", call: call("b", true) },
    );
    expect(states(waiting)).toEqual(["waiting", "waiting"]);
    const decided = after(decide(waiting, "a"), { type: "call", call: call("a", true) }, answered("a"), {
      type: "call",
      call: call("b", true),
    });
    expect(states(decided)).toEqual(["answered", "waiting"]);
    expect(states(say(decided, "Never mind"))).toEqual(["answered", "left"]);
  });

  it("keeps what was said when it is stopped, and nothing of it when it failed", () => {
    const begun = after(say(EMPTY, "Hello"), { type: "text", text: "I th" });
    expect(stop(begun).messages.at(-1)).toEqual({ role: "assistant", parts: [{ type: "text", text: "I th" }] });
    const failed = fail(begun, "Busy.");
    expect(failed.items.at(-1)).toMatchObject({ type: "note", kind: "problem", text: "Busy." });
    expect(resume(failed).items).toEqual([{ type: "person", text: "Hello" }]);
    expect(resume(failed).messages).toHaveLength(1);
    // What was under way then is asked for again.
    const cut = fail(decide(after(begun, { type: "call", call: call("a", true) }), "a"), "Broken.");
    expect(states(cut)).toEqual(["left"]);
    expect(states(advance(resume(cut), { type: "call", call: call("a", true) }))).toEqual(["waiting"]);
  });
});

it("reads events however they are cut, and no comments", async () => {
  const text = new TextEncoder().encode(':\n\ndata: {"a":"ä"}\n\ndata: {"b":2}\n\n');
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const byte of text) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const read: unknown[] = [];
  for await (const value of readEvents(body)) read.push(value);
  expect(read).toEqual([{ a: "ä" }, { b: 2 }]);
});

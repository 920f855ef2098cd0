import type { Message } from "@portico/models";
import type { ChatCall, ChatEvent } from "@portico/services";

export interface ShownCall {
  call: ChatCall;
  state: "waiting" | "running" | "answered" | "left";
  answer?: { text: string; isError: boolean; tokens: number; ms: number; outcome: string };
}

export type ShownItem =
  | { type: "person"; text: string }
  /** `isOpen`: more of it may come. */
  | { type: "model"; text: string; isOpen: boolean }
  | ({ type: "call" } & ShownCall)
  | { type: "note"; kind: "info" | "problem"; title: string; text: string };

/** A chat as it is shown, and as it is sent back. It lives in the page and nowhere else. */
export interface Transcript {
  items: readonly ShownItem[];
  messages: readonly Message[];
  tokens: { input: number; output: number };
}

export const EMPTY: Transcript = { items: [], messages: [], tokens: { input: 0, output: 0 } };

/** The person says something. Calls that still waited for their word are left. */
export function say(before: Transcript, text: string): Transcript {
  const items = before.items.map(leave);
  return {
    ...before,
    items: [...items, { type: "person", text }],
    messages: [...before.messages, { role: "user", text }],
  };
}

/** What is shown while the conversation is sent again: without what went wrong, and without the words that were cut off by it. */
export function resume(before: Transcript): Transcript {
  const items = before.items.filter((item) => item.type !== "note" && !(item.type === "model" && item.isOpen));
  return { ...before, items };
}

/** What happened is added. */
export function advance(before: Transcript, event: ChatEvent): Transcript {
  const { items } = before;
  const last = items.at(-1);
  switch (event.type) {
    case "begin":
      return before;
    case "text":
      return last?.type === "model" && last.isOpen
        ? { ...before, items: [...items.slice(0, -1), { ...last, text: last.text + event.text }] }
        : { ...before, items: [...items, { type: "model", text: event.text, isOpen: true }] };
    case "said":
      return {
        items: items.map((item) => (item.type === "model" ? { ...item, isOpen: false } : item)),
        messages: [...before.messages, event.message],
        tokens: {
          input: before.tokens.input + event.usage.input,
          output: before.tokens.output + event.usage.output,
        },
      };
    case "call": {
      const { call } = event;
      const state = call.mustAsk ? "waiting" : "running";
      const isKnown = items.some((item) => isCall(item, call.id));
      if (!isKnown) return { ...before, items: [...items, { type: "call", call, state }] };
      // One that was decided on is told of again before it is run, and one that was left when it is tried again.
      return {
        ...before,
        items: items.map((item) => (isCall(item, call.id) && item.state === "left" ? { ...item, state } : item)),
      };
    }
    case "answered": {
      const { message, tokens, ms, outcome } = event;
      if (message.role !== "tool") return before;
      const answer = { text: message.text, isError: message.isError, tokens, ms, outcome };
      return {
        ...before,
        items: items.map((item) =>
          item.type === "call" && item.call.id === message.callId ? { ...item, state: "answered", answer } : item,
        ),
        messages: [...before.messages, message],
      };
    }
    case "end": {
      const note = NOTES[event.reason];
      return note ? { ...before, items: [...items, { type: "note", kind: "info", ...note }] } : before;
    }
    case "problem":
      return fail(before, event.message);
  }
}

/** The person has decided on a call that waited. */
export function decide(before: Transcript, id: string): Transcript {
  const items = before.items.map((item) => (isCall(item, id) ? { ...item, state: "running" as const } : item));
  return { ...before, items };
}

/** The person stopped it: what the model had said by then stays said. */
export function stop(before: Transcript): Transcript {
  const cut = before.items.findLast((item) => item.type === "model" && item.isOpen);
  const items = before.items.map((item) =>
    item.type === "model"
      ? { ...item, isOpen: false }
      : item.type === "call" && item.state === "running"
        ? leave(item)
        : item,
  );
  return {
    ...before,
    items: [...items, { type: "note", kind: "info", title: "Stopped", text: "Write on whenever you like." }],
    messages:
      cut?.type === "model"
        ? [...before.messages, { role: "assistant", parts: [{ type: "text", text: cut.text }] }]
        : before.messages,
  };
}

/** It went wrong. Calls that were under way are left, and what is written stays. */
export function fail(before: Transcript, text: string): Transcript {
  const items = before.items.map((item) => (item.type === "call" && item.state === "running" ? leave(item) : item));
  return { ...before, items: [...items, { type: "note", kind: "problem", title: "The model did not answer", text }] };
}

const NOTES: Partial<Record<Extract<ChatEvent, { type: "end" }>["reason"], { title: string; text: string }>> = {
  steps: {
    title: "Ten steps, which is the limit for one message",
    text: "The model called tools again and again. Write “go on” to let it, or say more exactly what you want.",
  },
  length: { title: "The answer was cut off", text: "It reached the limit for one answer. Write “go on” for the rest." },
  filtered: {
    title: "The provider held the answer back",
    text: "Its filter did not let it through. Ask in other words.",
  },
};

function isCall(item: ShownItem, id: string): item is Extract<ShownItem, { type: "call" }> {
  return item.type === "call" && item.call.id === id;
}

function leave(item: ShownItem): ShownItem {
  return item.type === "call" && item.state !== "answered" ? { ...item, state: "left" } : item;
}

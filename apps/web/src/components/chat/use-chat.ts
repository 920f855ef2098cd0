"use client";

import type { ChatEvent, ChatInput } from "@portico/services";
import { useEffect, useRef, useState } from "react";
import { readEvents } from "./read-events.ts";
import { advance, decide, EMPTY, fail, resume, say, stop, type Transcript } from "./transcript.ts";

export type ChatSettings = Pick<ChatInput, "providerId" | "model" | "on" | "profileId" | "from">;

export interface Chat {
  transcript: Transcript;
  isBusy: boolean;
  send: (text: string) => void;
  /** What the person says of a call that waits. */
  answer: (callId: string, verdict: "run" | "decline") => void;
  tryAgain: () => void;
  stop: () => void;
  clear: () => void;
}

/** A conversation with a model that has the tools of a server. It is kept in this page alone. */
export function useChat(serverId: string, settings: ChatSettings): Chat {
  const [transcript, setTranscript] = useState(EMPTY);
  const [isBusy, setBusy] = useState(false);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function ask(begun: Transcript, verdicts: ChatInput["verdicts"] = {}): Promise<void> {
    const abort = new AbortController();
    running.current = abort;
    let now = begun;
    const show = (next: Transcript) => {
      now = next;
      if (running.current === abort) setTranscript(next);
    };
    show(begun);
    setBusy(true);
    try {
      const response = await fetch(`/api/v1/servers/${serverId}/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...settings, messages: begun.messages, verdicts }),
        signal: abort.signal,
      });
      if (!response.ok || !response.body) show(fail(now, await refusalOf(response)));
      else {
        let hasEnded = false;
        for await (const event of readEvents<ChatEvent>(response.body)) {
          show(advance(now, event));
          hasEnded = event.type === "end" || event.type === "problem";
        }
        if (!hasEnded) show(fail(now, "The connection broke off. What was said so far is still here."));
      }
    } catch {
      show(
        abort.signal.aborted
          ? stop(now)
          : fail(now, "Portico could not be reached. Look at your connection, and try again."),
      );
    } finally {
      if (running.current === abort) {
        running.current = undefined;
        setBusy(false);
      }
    }
  }

  return {
    transcript,
    isBusy,
    send: (text) => void ask(say(resume(transcript), text)),
    answer: (callId, verdict) => void ask(decide(transcript, callId), { [callId]: verdict }),
    tryAgain: () => void ask(resume(transcript)),
    stop: () => running.current?.abort(),
    clear: () => {
      const { current } = running;
      running.current = undefined;
      current?.abort();
      setBusy(false);
      setTranscript(EMPTY);
    },
  };
}

async function refusalOf(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { error?: { message?: string } };
    if (error?.message) return error.message;
  } catch {
    // Said below.
  }
  return `Portico answered ${response.status}. Try again.`;
}

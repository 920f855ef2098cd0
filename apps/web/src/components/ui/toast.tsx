"use client";

import { Check, CircleAlert, X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { Button } from "./button.tsx";

/** A way back from what was done. */
export interface ToastAction {
  label: string;
  /** Where a sentence comes of it, that is why it was refused, and is said. */
  act: () => unknown;
}

/** What is said again with the same `topic` takes the place of what was said before. */
type Say = (message: string, action?: ToastAction, topic?: string) => void;

/** A way back, or why there is none, is there long enough to be read, found and reached with the keyboard. */
const ACTION_MS = 12_000;

interface Message {
  id: number;
  text: string;
  action: ToastAction | undefined;
  topic: string | undefined;
  isProblem: boolean;
}

const SayContext = createContext<Say>(() => {});

/** Says in one sentence that something was done. Problems stay beside what caused them: only that of a way back is said here. */
export function useToast(): Say {
  return useContext(SayContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<Message[]>([]);
  const add = useCallback(
    (said: Omit<Message, "id">) =>
      setMessages((all) => [
        ...all.filter(({ topic }) => said.topic === undefined || topic !== said.topic).slice(-2),
        { id: Math.max(Date.now(), ...all.map(({ id }) => id + 1)), ...said },
      ]),
    [],
  );
  const say = useCallback<Say>((text, action, topic) => add({ text, action, topic, isProblem: false }), [add]);
  const goBack = async ({ act }: ToastAction) => {
    const problem = await act();
    if (typeof problem === "string") add({ text: problem, action: undefined, topic: undefined, isProblem: true });
  };
  return (
    <SayContext value={say}>
      <Radix.Provider swipeDirection="down" duration={4_000}>
        {children}
        {messages.map(({ id, text, action, isProblem }) => (
          <Radix.Root
            key={id}
            {...(action || isProblem ? { duration: ACTION_MS } : {})}
            onOpenChange={(isOpen) => isOpen || setMessages((all) => all.filter((message) => message.id !== id))}
            className="float-in flex items-center gap-2 rounded-card border border-line bg-surface py-2 pr-2 pl-3 shadow-float"
          >
            {isProblem ? (
              <CircleAlert size={16} aria-hidden className="shrink-0" />
            ) : (
              <Check size={16} aria-hidden className="shrink-0 text-ok" />
            )}
            <Radix.Title className="flex-1">{text}</Radix.Title>
            {action ? (
              <Radix.Action altText={action.label} asChild>
                <Button size="small" onClick={() => void goBack(action)}>
                  {action.label}
                </Button>
              </Radix.Action>
            ) : null}
            <Radix.Close
              aria-label="Close"
              className="inline-flex size-6 items-center justify-center rounded-control text-muted hover:bg-hover"
            >
              <X size={14} aria-hidden />
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport className="fixed right-4 bottom-20 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2 md:bottom-4" />
      </Radix.Provider>
    </SayContext>
  );
}

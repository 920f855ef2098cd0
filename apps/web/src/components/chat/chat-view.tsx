"use client";

import type { ModelProviderView } from "@portico/services";
import { MessagesSquare, RotateCcw, SquarePen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ProfileName } from "@/components/try/try-as.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { compact } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { CallCard } from "./call-card.tsx";
import { ChatOptions } from "./chat-options.tsx";
import { Composer } from "./composer.tsx";
import type { ShownItem } from "./transcript.ts";
import { type Chat, type ChatSettings, useChat } from "./use-chat.ts";

export type ProviderChoice = Pick<ModelProviderView, "id" | "name" | "model">;

/** A server in a chat: a model of the organization's has its tools, as it would in a client. */
export function ChatView({
  serverId,
  href,
  providers,
  profiles,
  isPublished,
  charsMax,
}: {
  serverId: string;
  /** The pages of the server. */
  href: string;
  providers: ProviderChoice[];
  profiles: ProfileName[];
  isPublished: boolean;
  charsMax: number;
}) {
  const [settings, setSettings] = useState<ChatSettings>({
    ...{ providerId: providers[0]?.id ?? "", model: providers[0]?.model ?? "" },
    ...{ on: "draft", from: "api" },
  });
  const chat = useChat(serverId, settings);
  const { transcript, isBusy } = chat;
  const { items, tokens } = transcript;
  const area = useRef<HTMLTextAreaElement>(null);
  const provider = providers.find(({ id }) => id === settings.providerId);
  return (
    <div className="flex flex-col gap-4">
      <ChatOptions {...{ settings, providers, profiles, isPublished }} isDisabled={isBusy} onChange={setSettings} />
      <Log items={items} href={href} chat={chat} provider={provider?.name ?? ""} />
      <div className="sticky bottom-14 z-10 -mx-1 flex flex-col gap-2 border-t bg-canvas px-1 pt-3 pb-3 md:bottom-0">
        <Composer
          area={area}
          charsMax={charsMax}
          isBusy={isBusy}
          isReady={(settings.model ?? "") !== ""}
          onSend={chat.send}
          onStop={chat.stop}
        />
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
          <p className="text-sm text-muted">
            {tokens.input + tokens.output > 0
              ? `${compact(tokens.input + tokens.output)} tokens so far: ${compact(tokens.input)} read, ${compact(tokens.output)} written.`
              : "Portico keeps nothing of the chat: it is gone with this page."}
          </p>
          {items.length > 0 ? (
            <Button
              look="quiet"
              size="small"
              icon={<SquarePen size={14} aria-hidden />}
              onClick={() => {
                chat.clear();
                area.current?.focus();
              }}
            >
              New chat
            </Button>
          ) : null}
        </div>
      </div>
    </div>
  );
}

function Log({
  items,
  href,
  chat,
  provider,
}: {
  items: readonly ShownItem[];
  href: string;
  chat: Chat;
  provider: string;
}) {
  const log = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const isNear = useRef(true);
  // Whoever has scrolled up to read is left there.
  useEffect(() => {
    const look = () => {
      const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
      isNear.current = scrollHeight - clientHeight - scrollTop < 160;
    };
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (items.length > 0 && isNear.current) end.current?.scrollIntoView({ block: "end" });
  }, [items]);
  if (items.length === 0)
    return (
      <EmptyState icon={<MessagesSquare size={24} aria-hidden />} title="Ask for something">
        The model gets the tools as a client gets them, and you see each call: what it asked for, what it got, and what
        that cost. Before anything is changed or deleted, you are asked. What you write, and what the tools answer, goes
        to {provider}.
      </EmptyState>
    );
  return (
    <div
      ref={log}
      role="log"
      aria-label="Chat"
      aria-busy={chat.isBusy}
      tabIndex={-1}
      className="flex min-h-40 flex-col gap-3 outline-none"
    >
      {items.map((item, at) => (
        // Items have no names and never move.
        <Item
          key={`${item.type}${at}`}
          item={item}
          href={href}
          chat={chat}
          isLast={at === items.length - 1}
          // The button that was pressed is gone: whoever uses the keyboard goes on from here.
          onPressed={() => log.current?.focus({ preventScroll: true })}
        />
      ))}
      {chat.isBusy && isThinking(items.at(-1)) ? <p className="text-muted">Thinking …</p> : null}
      <div ref={end} className="scroll-mb-56" />
    </div>
  );
}

/** Nothing moves, though more is to come. */
function isThinking(last: ShownItem | undefined): boolean {
  if (last?.type === "model") return !last.isOpen;
  return last?.type !== "call" || last.state !== "running";
}

function Item({
  item,
  href,
  chat,
  isLast,
  onPressed,
}: {
  item: ShownItem;
  href: string;
  chat: Chat;
  isLast: boolean;
  onPressed: () => void;
}) {
  switch (item.type) {
    case "person":
      return (
        <div className="ml-auto max-w-[85%] rounded-card bg-accent-soft px-3 py-2 sm:max-w-[70%]">
          <p className="sr-only">You</p>
          <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{item.text}</p>
        </div>
      );
    case "model":
      return (
        <div className="max-w-3xl">
          <p className="sr-only">Model</p>
          <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{item.text}</p>
        </div>
      );
    case "call":
      return (
        <CallCard
          shown={item}
          href={href}
          isBusy={chat.isBusy}
          onAnswer={(verdict) => {
            chat.answer(item.call.id, verdict);
            onPressed();
          }}
        />
      );
    case "note":
      return (
        <Notice
          kind={item.kind}
          title={item.title}
          action={
            item.kind === "problem" && isLast ? (
              <Button
                size="small"
                icon={<RotateCcw size={14} aria-hidden />}
                onClick={() => {
                  chat.tryAgain();
                  onPressed();
                }}
              >
                Try again
              </Button>
            ) : null
          }
        >
          {item.text}
        </Notice>
      );
  }
}

"use client";

import type { InstallLink } from "@portico/mcp";
import { BookOpen, ExternalLink, Wrench } from "lucide-react";
import Link from "next/link";
import { Tabs } from "radix-ui";
import { type ReactNode, useState } from "react";
import { buttonClass } from "@/components/ui/button.tsx";
import { CopyButton, CopyField } from "@/components/ui/copy.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { RadioCard } from "@/components/ui/radio-card.tsx";

const FROM_THE_INTERNET = new Set(["claude", "chatgpt"]);
const TAB =
  "rounded-control px-2.5 py-1.5 text-left font-medium whitespace-nowrap text-muted -outline-offset-2 hover:bg-hover data-[state=active]:bg-accent-soft data-[state=active]:text-accent";

/** One of the URLs of a server, and how clients are told of it. */
export interface ConnectAddress {
  url: string;
  clients: InstallLink[];
}

/** How to add a server to each client: which of its URLs, a button where the client has one, and steps. */
export function ConnectGuide({
  full,
  readOnly,
  needsSignIn,
  hasKeysPage,
}: {
  full: ConnectAddress;
  /** Where only the reading tools are served. */
  readOnly: ConnectAddress;
  needsSignIn: boolean;
  /** Whether the reader can make API keys. */
  hasKeysPage: boolean;
}) {
  const [isReadOnly, setReadOnly] = useState(false);
  const { url, clients } = isReadOnly ? readOnly : full;
  return (
    <div className="flex flex-col gap-5">
      <AddressChoice isReadOnly={isReadOnly} onChange={setReadOnly} />
      {isReadOnly ? <CopyField label="URL that only reads" text={url} /> : null}
      <Guide {...{ url, clients, needsSignIn, hasKeysPage }} />
    </div>
  );
}

function AddressChoice({ isReadOnly, onChange }: { isReadOnly: boolean; onChange: (isReadOnly: boolean) => void }) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium">What clients get</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        <RadioCard
          icon={Wrench}
          name="address"
          label="All tools"
          sentence="What somebody may use; each person can narrow it."
          checked={!isReadOnly}
          onChange={() => onChange(false)}
        />
        <RadioCard
          icon={BookOpen}
          name="address"
          label="Reading only"
          sentence="A second URL where nothing can be changed, whoever asks."
          checked={isReadOnly}
          onChange={() => onChange(true)}
        />
      </div>
    </fieldset>
  );
}

function Guide({
  url,
  clients,
  needsSignIn,
  hasKeysPage,
}: ConnectAddress & { needsSignIn: boolean; hasKeysPage: boolean }) {
  return (
    <Tabs.Root
      defaultValue={(clients.find(({ id }) => !isOutOfReach(id, url)) ?? clients[0])?.id ?? ""}
      orientation="vertical"
      className="flex flex-col gap-4 sm:flex-row sm:gap-5"
    >
      <Tabs.List
        aria-label="Client"
        className="flex shrink-0 gap-0.5 overflow-x-auto pb-1 [scrollbar-width:none] sm:w-48 sm:flex-col sm:overflow-visible sm:pb-0"
      >
        {clients.map(({ id, label }) => (
          <Tabs.Trigger key={id} value={id} className={`${TAB} sm:whitespace-normal`}>
            {label}
          </Tabs.Trigger>
        ))}
        {needsSignIn ? (
          <Tabs.Trigger value="api-key" className={TAB}>
            With an API key
          </Tabs.Trigger>
        ) : null}
      </Tabs.List>
      {clients.map((client) => (
        <Tabs.Content key={client.id} value={client.id} className="flex min-w-0 flex-1 flex-col gap-4 sm:min-h-96">
          {client.deepLink ? (
            <div>
              <a href={client.deepLink} className={buttonClass({ look: "primary", size: "large" })}>
                <ExternalLink size={16} aria-hidden />
                Add to {client.label}
              </a>
            </div>
          ) : null}
          {isOutOfReach(client.id, url) ? (
            <Notice title={`${client.label} cannot reach this URL`}>
              {client.label} connects from the internet, and this Portico answers on its own network only. Its operator
              can give it a public https address (PORTICO_URL). Clients on the same network work as it is.
            </Notice>
          ) : null}
          <Steps steps={client.steps} />
          <Snippet {...client.snippet} />
        </Tabs.Content>
      ))}
      {needsSignIn ? (
        <Tabs.Content value="api-key" className="flex min-w-0 flex-1 flex-col gap-4 sm:min-h-96">
          <Steps
            steps={[
              hasKeysPage ? <KeysLink key="keys" /> : "Ask an owner or admin of the organization for an API key.",
              "Send it with every request as the header below. Nobody has to sign in then.",
              "In a client, the header goes beside the URL, where it asks for headers or a token.",
            ]}
          />
          <Snippet language="text" text="Authorization: Bearer ptk_your_key" />
          <Snippet
            language="shell"
            text={`curl ${url} \\\n  -H 'Authorization: Bearer ptk_your_key' \\\n  -H 'Content-Type: application/json' \\\n  -H 'Accept: application/json, text/event-stream' \\\n  -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`}
          />
        </Tabs.Content>
      ) : null}
    </Tabs.Root>
  );
}

function KeysLink() {
  return (
    <>
      Make an API key on the page{" "}
      <Link href="/settings/api-keys" className="font-medium text-accent underline underline-offset-2">
        API keys
      </Link>
      .
    </>
  );
}

function Steps({ steps }: { steps: ReactNode[] }) {
  return (
    <ol className="flex flex-col gap-2">
      {steps.map((step, index) => (
        <li key={index} className="flex gap-2.5">
          <span className="flex size-5 shrink-0 items-center justify-center rounded-full border text-xs text-muted">
            {index + 1}
          </span>
          <span className="[overflow-wrap:anywhere]">{step}</span>
        </li>
      ))}
    </ol>
  );
}

function Snippet({ text }: InstallLink["snippet"]) {
  return (
    <div className="flex items-start gap-2">
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who cannot use a mouse scrolls it by key.
        tabIndex={0}
        className="min-w-0 flex-1 overflow-x-auto rounded-control border bg-sunken px-2.5 py-1.25 font-mono text-sm"
      >
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}

function isOutOfReach(client: string, url: string): boolean {
  return FROM_THE_INTERNET.has(client) && isPrivate(url);
}

function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== "https:" || hostname === "localhost" || /^(127|10|192\.168)\./.test(hostname);
}

"use client";

import type { ServerView } from "@portico/services";
import { FileText, MessageSquareText, Plus } from "lucide-react";
import { findingsOfItem } from "@/components/lint/item-findings.tsx";
import { useLint } from "@/components/lint/use-lint.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { count } from "@/components/ui/figures.ts";
import { DraftBar } from "./draft-bar.tsx";
import { OfferList } from "./offer-list.tsx";
import { PromptEditor } from "./prompt-editor.tsx";
import type { Prompt } from "./prompt-text.ts";
import { ResourceEditor } from "./resource-editor.tsx";
import { type ReadOperation, type Resource, schemeOf } from "./resource-text.ts";
import { TextPages } from "./text-pages.tsx";
import { useDraftItems } from "./use-draft-items.ts";

type Editing =
  | { list: "prompts"; before: Prompt | undefined; start: Prompt }
  | { list: "resources"; before: Resource | undefined; start: Resource };

/** The prompts and resources of a server's draft: list, add, edit, delete, and publish. */
export function ServerOffers({
  server,
  operations,
  pending,
  mayWrite,
  mayPublish,
}: {
  server: Pick<ServerView, "id" | "lock" | "slug" | "title" | "description" | "prompts" | "resources" | "searchTexts">;
  operations: ReadOperation[];
  /** What publishing would change, in a sentence; undefined when it would change nothing. */
  pending: string | undefined;
  mayWrite: boolean;
  mayPublish: boolean;
}) {
  const { id: serverId, prompts, resources } = server;
  const { editing, problem, isPending, open, close, remove } = useDraftItems<Editing>(serverId);
  const { report } = useLint(serverId, server.lock);
  const findingsOf = (list: "prompts" | "resources", key: string | undefined) =>
    key === undefined ? [] : findingsOfItem(report, { list, key });
  const shared = { serverId, mayWrite, onClose: close };
  if (editing?.list === "prompts")
    return (
      <PromptEditor {...shared} {...editing} prompts={prompts} findings={findingsOf("prompts", editing.before?.name)} />
    );
  if (editing)
    return (
      <ResourceEditor
        {...shared}
        {...editing}
        slug={server.slug}
        resources={resources}
        operations={operations}
        findings={findingsOf("resources", editing.before?.uri)}
      />
    );
  const newPrompt = (start: Prompt) => open({ list: "prompts", before: undefined, start }, "add-prompt");
  const newResource = (start: Resource) => open({ list: "resources", before: undefined, start }, "add-resource");
  return (
    <div className="flex flex-col gap-8">
      <DraftBar {...{ serverId, problem, pending, isPending, mayWrite, mayPublish }} href={`/servers/${server.slug}`} />
      <OfferList
        title="Prompts"
        noun="prompt"
        mayWrite={mayWrite}
        rows={prompts.map((prompt) => ({
          key: prompt.name,
          label: prompt.name,
          name: (
            <>
              <code className="font-mono font-medium">{prompt.name}</code>
              {prompt.title ? <span> {prompt.title}</span> : null}
            </>
          ),
          description: prompt.description,
          findings: findingsOf("prompts", prompt.name),
          facts: factsOf(prompt),
        }))}
        empty={
          <EmptyState
            icon={<MessageSquareText size={24} aria-hidden />}
            title="No prompts yet"
            action={
              mayWrite ? (
                <>
                  <Button
                    id="add-prompt"
                    look="primary"
                    icon={<Plus size={16} aria-hidden />}
                    onClick={() => newPrompt(firstPrompt(server))}
                  >
                    Write a first prompt
                  </Button>
                  <Button onClick={() => newPrompt(EMPTY_PROMPT)}>Begin with nothing</Button>
                </>
              ) : undefined
            }
          >
            A prompt is a request that you write once and people pick in their client, often as a slash command. They
            fill in its arguments, and the model gets your words: for people who know what they want, and not how to ask
            for it.
          </EmptyState>
        }
        onAdd={() => newPrompt(EMPTY_PROMPT)}
        onEdit={(index) => {
          const before = prompts[index];
          if (before) open({ list: "prompts", before, start: before }, `edit-prompt-${before.name}`);
        }}
        onDelete={(index) => {
          const item = prompts[index];
          if (item) remove("prompts", { item, index, label: item.name });
        }}
      />
      <OfferList
        title="Resources"
        noun="resource"
        mayWrite={mayWrite}
        rows={resources.map((resource) => ({
          key: resource.uri,
          label: resource.name,
          name: (
            <>
              <span className="font-medium">{resource.title ?? resource.name}</span>{" "}
              {resource.uri.includes("{") && "operation" in resource ? <Badge>template</Badge> : null}
            </>
          ),
          description: resource.description,
          findings: findingsOf("resources", resource.uri),
          facts: (
            <>
              <code className="font-mono">{resource.uri}</code>
              {" · "}
              {"text" in resource ? (
                `${count(resource.text.length, "character")} of text`
              ) : (
                <code className="font-mono">{resource.operation}</code>
              )}
            </>
          ),
        }))}
        empty={
          <EmptyState
            icon={<FileText size={24} aria-hidden />}
            title="No resources yet"
            action={
              mayWrite ? (
                <>
                  <Button
                    id="add-resource"
                    look="primary"
                    icon={<Plus size={16} aria-hidden />}
                    onClick={() => newResource(firstResource(server))}
                  >
                    Write a first resource
                  </Button>
                  <Button onClick={() => newResource(emptyResource(server))}>Begin with nothing</Button>
                </>
              ) : undefined
            }
          >
            A resource is something to read that people attach to a conversation in their client, without a call of a
            tool: a text of yours, such as a guide, or what a GET operation answers, such as one order by its number.
          </EmptyState>
        }
        onAdd={() => newResource(emptyResource(server))}
        onEdit={(index) => {
          const before = resources[index];
          if (before) open({ list: "resources", before, start: before }, `edit-resource-${before.uri}`);
        }}
        onDelete={(index) => {
          const item = resources[index];
          if (item) remove("resources", { item, index, label: item.name });
        }}
      />
      <TextPages server={server} mayWrite={mayWrite} />
    </div>
  );
}

function factsOf({ arguments: given = [], messages }: Prompt) {
  return (
    <>
      {given.length === 0 ? "No arguments" : null}
      {given.map(({ name, required }, index) => (
        <span key={name}>
          {index > 0 ? ", " : ""}
          <code className="font-mono">{name}</code>
          {required ? "" : " (optional)"}
        </span>
      ))}
      {" · "}
      {count(messages.length, "message")}
    </>
  );
}

const EMPTY_PROMPT: Prompt = { name: "", messages: [{ role: "user", text: "" }] };

function emptyResource({ slug }: { slug: string }): Resource {
  return { uri: `${schemeOf(slug)}://`, name: "", text: "" };
}

function firstPrompt({ title }: { title: string }): Prompt {
  return {
    name: "get_started",
    title: `Get started with ${title}`,
    description: `Reaches a goal with the tools of ${title}.`,
    arguments: [{ name: "goal", description: "What you want to get done", required: true }],
    messages: [
      {
        role: "user",
        text: `Help me with this, using the tools of ${title}: {{goal}}\n\nSay first which tools you will use and what you still need to know from me.`,
      },
    ],
  };
}

function firstResource({ slug, title, description }: Pick<ServerView, "slug" | "title" | "description">): Resource {
  return {
    uri: `${schemeOf(slug)}://about`,
    name: "about",
    title: `About ${title}`,
    description: `What ${title} is for, and its words and rules.`,
    mimeType: "text/markdown",
    text: `# ${title}\n\n${description ?? "What it is for, in a sentence or two."}\n\n## Words\n\n- \n`,
  };
}

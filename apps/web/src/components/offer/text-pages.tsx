"use client";

import { FileUp } from "lucide-react";
import { useId, useRef, useState, useTransition } from "react";
import { addTexts, searchDraftTexts } from "@/components/server/actions.ts";
import { Button } from "@/components/ui/button.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { PAGE_TYPES, toPages } from "./page-files.ts";
import type { Resource } from "./resource-text.ts";

/** Texts of the server as pages that models search: adding files, and whether there is a tool that searches. */
export function TextPages({
  server,
  mayWrite,
}: {
  server: { id: string; slug: string; resources: Resource[]; searchTexts: boolean };
  mayWrite: boolean;
}) {
  const { id: serverId, slug, resources, searchTexts } = server;
  const texts = resources.filter((resource) => "text" in resource).length;
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const file = useRef<HTMLInputElement>(null);
  const heading = useId();
  const toast = useToast();

  const turn = (isOn: boolean) =>
    start(async () => {
      setProblem(undefined);
      const outcome = await searchDraftTexts(serverId, isOn);
      if (outcome.ok)
        toast(
          isOn ? "Texts are searched from the next publish on" : "Texts are searched no more from the next publish on",
        );
      else setProblem(outcome.message);
    });
  const add = (given: File[]) =>
    start(async () => {
      setProblem(undefined);
      const files = await Promise.all(
        given.map(async (one) => ({ name: one.name, bytes: new Uint8Array(await one.arrayBuffer()) })),
      );
      const read = toPages(files, { slug, resources });
      if ("problem" in read) return setProblem(`Nothing was added. ${read.problem}`);
      const outcome = await addTexts(serverId, read.pages);
      if (outcome.ok) toast(`Added ${count(read.pages.length, "page")} to the draft`);
      else setProblem(`Nothing was added. ${outcome.message}`);
    });

  return (
    <section aria-labelledby={heading} className="flex flex-col gap-3">
      <h2 id={heading} className="font-semibold">
        Pages to search
      </h2>
      {problem ? (
        <Notice kind="problem" title="That did not work">
          {problem}
        </Notice>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card border bg-surface px-4 py-3">
        <p className="min-w-0 flex-1 basis-72 text-muted">
          {texts === 0
            ? "A handbook, terms, answers to frequent questions: add them as text, Markdown or HTML files, and models find the passages that a question is about."
            : searchTexts
              ? `Models find passages in the ${count(texts, "text")} above with the tool search_texts, and read on in them.`
              : `The ${count(texts, "text")} above can be read whole, by clients that show resources. Models do not search in them yet.`}
        </p>
        {mayWrite ? (
          <div className="flex flex-wrap gap-2">
            {texts > 0 || searchTexts ? (
              <Button isPending={isPending} onClick={() => turn(!searchTexts)}>
                {searchTexts ? "Stop searching them" : "Let models search them"}
              </Button>
            ) : null}
            <Button icon={<FileUp size={16} aria-hidden />} isPending={isPending} onClick={() => file.current?.click()}>
              Add text files
            </Button>
            <input
              ref={file}
              type="file"
              multiple
              accept={PAGE_TYPES}
              aria-label="Text files to add as pages"
              hidden
              onChange={(event) => {
                const given = [...(event.target.files ?? [])];
                // The same files can be chosen again.
                event.target.value = "";
                if (given.length > 0) add(given);
              }}
            />
          </div>
        ) : null}
      </div>
    </section>
  );
}

"use client";

import { FileUp, FlaskConical, Link2, TextCursorInput } from "lucide-react";
import { type DragEvent, useActionState, useEffect, useId, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { cx } from "@/components/ui/cx.ts";
import { Input, Textarea } from "@/components/ui/field.tsx";
import { bytes } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { startImport } from "./actions.ts";
import { type ImportFor, importQuery } from "./next-page.ts";
import { type TypedImport, typedImport } from "./typed-import.ts";

const DOCUMENT_MB_MAX = 32;
/** What starts like this is a command, whatever field it was pasted into. */
const COMMAND = /^\s*(?:[$>]\s+)?curl(?:\.exe)?\s/;

/** What an earlier import asked for: other places to read from, or which file of a ZIP is meant. */
export interface ImportChoices {
  allowOrigins?: string[];
  entry?: string;
}

/** The one way in: a link, a file, a text, commands or the sample. */
export function ImportField({
  hasSample,
  autoFocus = false,
  choices = {},
  next,
}: {
  hasSample: boolean;
  autoFocus?: boolean;
  choices?: ImportChoices;
  /** It is read for this server: to be added to it, or as the next version of this document of it. */
  next?: ImportFor & { revisionOf?: string };
}) {
  const [state, act, isPending] = useActionState(startImport, null);
  const [, start] = useTransition();
  const [mode, setMode] = useState<TypedImport["mode"]>("link");
  const [url, setUrl] = useState("");
  const [text, setText] = useState("");
  useEffect(() => {
    const typed = typedImport.get();
    if (!typed) return;
    setMode(typed.mode);
    setUrl(typed.url);
    setText(typed.text);
  }, []);
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string>();
  const file = useRef<HTMLInputElement>(null);
  const hintId = useId();

  const send = (fields: Record<string, string | File>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const origin of choices.allowOrigins ?? []) form.append("allowOrigin", origin);
    if (choices.entry) form.set("entry", choices.entry);
    if (next?.revisionOf) form.set("documentId", next.revisionOf);
    if (next) form.set("next", importQuery(next));
    setProblem(undefined);
    start(() => act(form));
  };
  const take = (taken: File | undefined) => {
    if (!taken) return;
    if (taken.size > DOCUMENT_MB_MAX * 1024 * 1024)
      return setProblem(
        `${taken.name} has ${bytes(taken.size)}; a document may have at most ${DOCUMENT_MB_MAX} MB. Import the part that you need.`,
      );
    if (taken.size === 0) return setProblem(`${taken.name} is empty. Choose another file.`);
    send({ file: taken });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const said = problem ?? (state && !state.ok ? state.message : undefined);

  return (
    <section
      aria-label={next?.revisionOf ? "New version of the document" : "Import a document"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx(
        "flex flex-col gap-3 rounded-card border bg-surface p-4 sm:p-5",
        isOver ? "border-accent bg-accent-soft" : "border-line",
      )}
    >
      {said ? (
        <Notice kind="problem" title="The document was not read">
          {said}
        </Notice>
      ) : null}
      <Chosen choices={choices} />
      <form
        aria-label="Import"
        className="flex flex-col gap-2 sm:flex-row sm:items-start"
        onSubmit={(event) => {
          event.preventDefault();
          typedImport.keep({ mode, url, text });
          send(mode === "link" ? { url } : { content: text });
        }}
      >
        {mode === "link" ? (
          <Input
            name="url"
            aria-label="Link to an OpenAPI document"
            aria-describedby={hintId}
            placeholder="Paste a link to an OpenAPI document"
            inputMode="url"
            autoComplete="url"
            spellCheck={false}
            autoFocus={autoFocus}
            required
            value={url}
            height="large"
            onChange={(event) => setUrl(event.target.value)}
            onPaste={(event) => {
              const pasted = event.clipboardData.getData("text");
              if (!/[\n{]/.test(pasted.trim()) && !COMMAND.test(pasted)) return;
              // The document itself, or a command, was pasted, not a link to it.
              event.preventDefault();
              setText(pasted);
              setMode("text");
            }}
          />
        ) : (
          <Textarea
            name="content"
            aria-label="Text of a document, or curl commands"
            aria-describedby={hintId}
            placeholder={
              "Paste a document (JSON or YAML), or curl commands:\ncurl https://api.example.com/pets?limit=10"
            }
            spellCheck={false}
            required
            value={text}
            className="h-48 font-mono text-sm"
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <Button type="submit" look="primary" size="large" isPending={isPending}>
          Read document
        </Button>
      </form>
      <div className="flex flex-wrap items-center gap-x-1 gap-y-1 text-muted">
        <span className="mr-1">or</span>
        <Button look="quiet" icon={<FileUp size={16} aria-hidden />} onClick={() => file.current?.click()}>
          Drop or choose a file
        </Button>
        <Button
          look="quiet"
          icon={mode === "link" ? <TextCursorInput size={16} aria-hidden /> : <Link2 size={16} aria-hidden />}
          onClick={() => setMode(mode === "link" ? "text" : "link")}
        >
          {mode === "link" ? "Paste text or curl" : "Use a link"}
        </Button>
        {hasSample ? (
          <Button
            look="quiet"
            icon={<FlaskConical size={16} aria-hidden />}
            disabled={isPending}
            onClick={() => send({ sample: "yes" })}
          >
            Try the sample
          </Button>
        ) : null}
      </div>
      <p id={hintId} className="text-sm text-muted">
        OpenAPI or Swagger (JSON, YAML, or a ZIP of several files), a Postman collection, a HAR recording, or curl
        commands, up to {DOCUMENT_MB_MAX} MB.
      </p>
      <input
        ref={file}
        type="file"
        hidden
        aria-label="Document file"
        accept=".json,.yaml,.yml,.zip,.har,.txt,.sh,application/json,application/yaml,application/zip,text/plain"
        onChange={(event) => {
          take(event.target.files?.[0]);
          // The same file, once it is mended, is chosen again.
          event.target.value = "";
        }}
      />
    </section>
  );
}

function Chosen({ choices: { allowOrigins = [], entry } }: { choices: ImportChoices }) {
  if (allowOrigins.length === 0 && !entry) return null;
  return (
    <Notice title={entry ? "Choose the ZIP file again" : "Import the document again"}>
      {entry ? (
        <p>
          This time <code className="font-mono">{entry}</code> is taken for the document.
        </p>
      ) : null}
      {allowOrigins.length > 0 ? (
        <p>
          This time its references to <code className="font-mono">{allowOrigins.join(", ")}</code> are read too.
        </p>
      ) : null}
    </Notice>
  );
}

"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { cx } from "./cx.ts";

const COPIED_MS = 2_000;

/** Copies a text; the word changes for a moment, for eyes and for screen readers. */
export function CopyButton({
  text,
  label = "Copy",
  size = "medium",
  look = "secondary",
  isIconOnly = false,
}: {
  text: string;
  label?: string;
  size?: "small" | "medium" | "large";
  look?: "primary" | "secondary" | "quiet";
  isIconOnly?: boolean;
}) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const Icon = isCopied ? Check : Copy;
  return (
    <Button
      look={look}
      size={size}
      aria-label={isIconOnly ? label : undefined}
      title={isIconOnly ? label : undefined}
      className={isIconOnly ? "px-1.5" : ""}
      onClick={async () => setCopied(await copy(text))}
      icon={<Icon size={16} aria-hidden className={isCopied ? "text-ok" : ""} />}
    >
      {isIconOnly ? (
        <span role="status" className="sr-only">
          {isCopied ? "Copied" : ""}
        </span>
      ) : isCopied ? (
        "Copied"
      ) : (
        label
      )}
    </Button>
  );
}

/** A text to take along: in full, selected by one click, and copied by another. */
export function CopyField({
  label,
  text,
  size = "medium",
}: {
  label: string;
  text: string;
  size?: "medium" | "large";
}) {
  return (
    <div className="flex min-w-0 flex-1 gap-2">
      <input
        readOnly
        aria-label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        className={cx(
          "w-full min-w-0 flex-1 rounded-control border border-control bg-sunken px-3 font-mono text-ellipsis text-ink",
          size === "large" ? "h-11 text-base" : "h-8 text-sm",
        )}
      />
      <CopyButton text={text} size={size} />
    </div>
  );
}

/** The clipboard needs a secure page; on a plain http address of the local network the old way still works. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    (document.querySelector("[role=dialog]") ?? document.body).append(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    return isDone;
  }
}

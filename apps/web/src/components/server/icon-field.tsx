"use client";

import { ImagePlus, Trash2 } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { bytes } from "@/components/ui/figures.ts";
import { ServerIcon } from "./server-icon.tsx";

/** A picture for clients to show: uploaded, or at an address. It is part of the form around it, under the name `icon`. */
export function IconField({
  initial,
  bytesMax,
  error,
}: {
  initial: string | null;
  bytesMax: number;
  error: string | undefined;
}) {
  const [icon, setIcon] = useState(initial ?? "");
  const [problem, setProblem] = useState<string>();
  const file = useRef<HTMLInputElement>(null);
  const id = useId();
  const isPicture = icon.startsWith("data:");
  const take = (next: string) => {
    setProblem(undefined);
    setIcon(next);
  };
  const upload = async (given: File | undefined) => {
    if (!given) return;
    if (given.size > bytesMax)
      return setProblem(
        `${given.name} has ${bytes(given.size)}; an icon may have at most ${bytesMax / 1024} KB. Make it smaller: 128 × 128 pixels are enough.`,
      );
    take(await readAsDataUri(given));
  };
  return (
    <div className="flex flex-col gap-2">
      <input type="hidden" name="icon" value={icon} />
      <Field
        label="Icon"
        aside={<span className="text-sm text-muted">optional</span>}
        error={problem ?? error}
        hint={`Clients show it beside the title. An https:// address, or a PNG, JPEG or SVG file of at most ${bytesMax / 1024} KB. Without one, clients get the logo that the document names (x-logo), if it does. Served from the next publish on.`}
      >
        {(control) => (
          <div className="flex flex-wrap items-center gap-2">
            {isPicture ? <ServerIcon icon={icon} /> : null}
            {isPicture ? (
              <span id={control.id} className="flex-1 text-muted">
                An uploaded picture
              </span>
            ) : (
              <Input
                {...control}
                value={icon}
                placeholder="https://example.com/icon.png"
                spellCheck={false}
                className="min-w-0 flex-1 basis-52 font-mono text-sm"
                onChange={(event) => take(event.target.value.trim())}
              />
            )}
            <input
              ref={file}
              id={`${id}-file`}
              type="file"
              tabIndex={-1}
              aria-hidden
              accept="image/png,image/jpeg,image/svg+xml"
              className="hidden"
              onChange={(event) => {
                const { target } = event;
                void upload(target.files?.[0]).then(() => {
                  target.value = "";
                });
              }}
            />
            <Button icon={<ImagePlus size={16} aria-hidden />} onClick={() => file.current?.click()}>
              {isPicture ? "Upload another" : "Upload a picture"}
            </Button>
            {icon ? (
              <Button look="quiet" icon={<Trash2 size={16} aria-hidden />} onClick={() => take("")}>
                Remove icon
              </Button>
            ) : null}
          </div>
        )}
      </Field>
    </div>
  );
}

function readAsDataUri(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

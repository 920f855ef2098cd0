"use client";

import { CornerDownLeft, Square } from "lucide-react";
import { type RefObject, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Textarea } from "@/components/ui/field.tsx";

/** Where a message is written. Enter sends it, with Shift it makes a line. */
export function Composer({
  area,
  charsMax,
  isBusy,
  isReady,
  onSend,
  onStop,
}: {
  area: RefObject<HTMLTextAreaElement | null>;
  charsMax: number;
  isBusy: boolean;
  /** A model is chosen. */
  isReady: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
}) {
  const [text, setText] = useState("");
  const over = text.trim().length - charsMax;
  const maySend = isReady && !isBusy && text.trim() !== "" && over <= 0;
  const send = () => {
    if (!maySend) return;
    onSend(text.trim());
    setText("");
    area.current?.focus();
  };
  return (
    <form
      aria-label="Message"
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="flex items-end gap-2">
        <Textarea
          ref={area}
          aria-label="Message to the model"
          aria-describedby={over > 0 ? "message-over" : undefined}
          aria-invalid={over > 0 || undefined}
          placeholder="Write a message"
          rows={1}
          value={text}
          className="field-sizing-content max-h-60 min-h-9! resize-none py-1.5"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {isBusy ? (
          <Button
            className="h-9"
            icon={<Square size={16} aria-hidden />}
            onClick={() => {
              onStop();
              area.current?.focus();
            }}
          >
            Stop
          </Button>
        ) : (
          <Button
            type="submit"
            look="primary"
            className="h-9"
            disabled={!maySend}
            icon={<CornerDownLeft size={16} aria-hidden />}
          >
            Send
          </Button>
        )}
      </div>
      {over > 0 ? (
        <p id="message-over" role="alert" className="text-sm font-medium">
          A message has {charsMax.toLocaleString("en")} characters at most: this one is {over.toLocaleString("en")} too
          long.
        </p>
      ) : null}
    </form>
  );
}

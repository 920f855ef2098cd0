"use client";

import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Select, Textarea } from "@/components/ui/field.tsx";
import type { ErrorOf } from "./draft-item-form.tsx";
import { type MessageText, nextId, type Role } from "./prompt-text.ts";

const ROLES: Record<Role, string> = { user: "The person says", assistant: "The model says" };

/** The messages that a prompt becomes, in their order. */
export function MessageFields({
  list,
  argumentNames,
  errorOf,
  onChange,
}: {
  list: MessageText[];
  argumentNames: string[];
  errorOf: ErrorOf;
  onChange: (list: MessageText[]) => void;
}) {
  const change = (id: number, part: Partial<MessageText>) =>
    onChange(list.map((message) => (message.id === id ? { ...message, ...part } : message)));
  const error = errorOf("messages");
  return (
    <section aria-label="Messages" className="flex flex-col gap-2">
      <h3 className="font-medium">Messages</h3>
      <p className="text-sm text-muted">What stands in the conversation when somebody picks the prompt.</p>
      {error ? <p className="text-sm font-medium">{error}</p> : null}
      {list.map((message, index) => (
        <div key={message.id} className="flex flex-col gap-3 rounded-card border bg-surface p-3">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <Select
              aria-label={`Who says message ${index + 1}`}
              value={message.role}
              className="max-w-48"
              onChange={(event) => change(message.id, { role: event.target.value as Role })}
            >
              {Object.entries(ROLES).map(([role, words]) => (
                <option key={role} value={role}>
                  {words}
                </option>
              ))}
            </Select>
            {list.length > 1 ? (
              <Button
                look="quiet"
                size="small"
                icon={<Trash2 size={14} aria-hidden />}
                aria-label={`Remove message ${index + 1}`}
                onClick={() => onChange(list.filter(({ id }) => id !== message.id))}
              >
                Remove
              </Button>
            ) : null}
          </div>
          <Field label={`Text of message ${index + 1}`} error={errorOf(`messages.${index}.text`)}>
            {(control) => (
              <Textarea
                {...control}
                rows={4}
                value={message.text}
                onChange={(event) => change(message.id, { text: event.target.value })}
              />
            )}
          </Field>
          {argumentNames.length > 0 ? (
            <div className="flex flex-wrap items-center gap-1.5">
              <span className="text-sm text-muted">Put in</span>
              {argumentNames.map((name) => (
                <Button
                  key={name}
                  size="small"
                  className="font-mono"
                  onClick={() => change(message.id, { text: `${message.text}{{${name}}}` })}
                >
                  {name}
                </Button>
              ))}
            </div>
          ) : null}
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...list, { id: nextId(list), role: "user", text: "" }])}
        >
          Add a message
        </Button>
      </div>
    </section>
  );
}

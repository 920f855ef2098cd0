"use client";

import type { JsonSchema } from "@portico/openapi";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Textarea } from "@/components/ui/field.tsx";
import { ArgumentsForm } from "./arguments-form.tsx";
import { fieldsOf, textOfValue, valueOfText } from "./fields.ts";
import { argumentsOf } from "./try-href.ts";

/** The arguments of a tool as they are filled in: a field for each, or all of them as JSON. */
export function useArguments(
  schema: JsonSchema,
  {
    before,
    onProblem,
  }: { before?: Record<string, unknown> | null | undefined; onProblem: (text: string | undefined) => void },
): { form: ReactNode; read: () => Record<string, unknown> | undefined } {
  const fields = fieldsOf(schema);
  const [texts, setTexts] = useState<Record<string, string>>(() => textsOf(before ?? {}));
  const [raw, setRaw] = useState<string>();
  // Those of a call in a chat; taken out of the address, so that they are not in the history.
  useEffect(() => {
    const given = argumentsOf(location.hash);
    if (!given) return;
    history.replaceState(history.state, "", `${location.pathname}${location.search}`);
    setRaw(JSON.stringify(given, null, 2));
  }, []);

  function textsOf(args: Record<string, unknown>): Record<string, string> {
    return Object.fromEntries(fields.map(({ name, kind }) => [name, textOfValue(args[name], kind)]));
  }
  /** Undefined, and said so, when what stands there is no JSON object. */
  const read = (): Record<string, unknown> | undefined => {
    if (raw === undefined)
      return Object.fromEntries(
        fields.flatMap((field) => {
          const value = valueOfText(texts[field.name] ?? "", field);
          return value === undefined ? [] : [[field.name, value]];
        }),
      );
    try {
      const parsed: unknown = JSON.parse(raw || "{}");
      if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
        return parsed as Record<string, unknown>;
    } catch {
      // Said below.
    }
    onProblem("The arguments are not a JSON object yet.");
    return undefined;
  };
  const toggle = () => {
    if (raw === undefined) return setRaw(JSON.stringify(read() ?? {}, null, 2));
    const args = read();
    if (!args) return;
    onProblem(undefined);
    setTexts(textsOf(args));
    setRaw(undefined);
  };
  const form = (
    <>
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="font-medium">Arguments</h3>
        {fields.length > 0 ? (
          <Button look="quiet" size="small" onClick={toggle}>
            {raw === undefined ? "Write JSON" : "Fill in fields"}
          </Button>
        ) : null}
      </div>
      {raw === undefined ? (
        <ArgumentsForm
          fields={fields}
          texts={texts}
          onChange={(name, text) => setTexts((all) => ({ ...all, [name]: text }))}
        />
      ) : (
        <Field label="Arguments as JSON">
          {(control) => (
            <Textarea
              {...control}
              value={raw}
              rows={10}
              spellCheck={false}
              className="font-mono text-sm"
              onChange={(event) => setRaw(event.target.value)}
            />
          )}
        </Field>
      )}
    </>
  );
  return { form, read };
}

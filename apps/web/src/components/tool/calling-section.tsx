"use client";

import type { ToolDetail } from "@portico/services";
import { RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";

/** What a person says of how a tool is called; undefined: as the server does it with any tool. */
export interface Calling {
  timeoutSeconds: number | undefined;
  retries: number | undefined;
}

/** How far what is said of calls can go, for any tool. */
export type CallingLimits = Omit<ToolDetail["calling"], "retries">;

/** How long a call may take, and how often it is made again. */
export function CallingSection({
  calling,
  limits,
  isRepeatable,
  isDisabled,
  errors,
  onChange,
}: {
  calling: Calling;
  limits: ToolDetail["calling"];
  /** A second call does nothing more. */
  isRepeatable: boolean;
  isDisabled: boolean;
  errors: Record<string, string>;
  onChange: (calling: Calling) => void;
}) {
  const { timeoutSeconds, retries } = calling;
  const reset = (field: keyof Calling): ReactNode =>
    calling[field] === undefined || isDisabled ? undefined : (
      <Button
        look="quiet"
        size="small"
        icon={<RotateCcw size={12} aria-hidden />}
        onClick={() => onChange({ ...calling, [field]: undefined })}
      >
        Reset to default
      </Button>
    );
  return (
    <section aria-label="How it is called" className="grid gap-3 sm:grid-cols-2">
      <Field
        label="Seconds a call may take"
        aside={reset("timeoutSeconds")}
        error={errors.timeoutSeconds}
        hint={`${limits.timeoutSeconds} without a number of its own, ${limits.timeoutSecondsMax} at most. Then the model is told that the API was too slow.`}
      >
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            autoComplete="off"
            placeholder={String(limits.timeoutSeconds)}
            value={timeoutSeconds ?? ""}
            disabled={isDisabled}
            onChange={(event) => {
              const digits = event.target.value.replace(/\D/g, "").slice(0, 6);
              onChange({ ...calling, timeoutSeconds: digits === "" ? undefined : Number(digits) });
            }}
          />
        )}
      </Field>
      <Field
        label="Made again"
        aside={reset("retries")}
        error={errors.retries}
        hint={
          isRepeatable
            ? "After a connection that broke before an answer, or when the API asks for a moment’s patience."
            : "Never: a second call could do something twice. Say above that it is safe to repeat, if it is."
        }
      >
        {(control) => (
          <Select
            {...control}
            value={isRepeatable ? (retries ?? "") : ""}
            disabled={isDisabled || !isRepeatable}
            onChange={(event) =>
              onChange({ ...calling, retries: event.target.value === "" ? undefined : Number(event.target.value) })
            }
          >
            <option value="">{isRepeatable ? `${timesText(limits.retries)}, like the others` : "Never"}</option>
            {Array.from({ length: limits.retriesMax + 1 }, (_, times) =>
              times === 0 && limits.retries === 0 && retries !== 0 ? null : (
                <option key={timesText(times)} value={times}>
                  {timesText(times)}
                </option>
              ),
            )}
          </Select>
        )}
      </Field>
    </section>
  );
}

export function timesText(times: number): string {
  if (times === 0) return "Never";
  return times === 1 ? "Once at most" : `${times} times at most`;
}

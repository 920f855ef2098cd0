import { AppError } from "@portico/services";
import { unstable_rethrow } from "next/navigation";
import { runtime } from "./runtime.ts";

/** What a server action tells its form: the value, or what to say and beside which field. */
export type Outcome<Value = void> =
  | { ok: true; value: Value }
  | {
      ok: false;
      message: string;
      /** What is wrong with single fields, by name. */
      fields: Record<string, string>;
      /** The code and, for our own mistakes, an id that the log knows: shown behind "Details". */
      details: string;
    };

/** Runs a verb for a form: a refusal becomes words, anything else is reported and apologised for. */
export async function attempt<Value>(work: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    unstable_rethrow(error);
    if (error instanceof AppError) {
      const fields = fieldsOf(error.details);
      const isAboutFields = error.code === "invalid_input" && Object.keys(fields).length > 0;
      return {
        ok: false,
        message: isAboutFields ? "Some fields need another look." : error.message,
        fields,
        details: error.code,
      };
    }
    const requestId = crypto.randomUUID();
    (await runtime()).telemetry.reportError(error, { requestId });
    return {
      ok: false,
      message: "Something went wrong on our side, and nothing was changed. Try again.",
      fields: {},
      details: `internal ${requestId}`,
    };
  }
}

function fieldsOf(details: unknown): Record<string, string> {
  const issues = (details as { issues?: { field: string; message: string }[] } | undefined)?.issues;
  return Object.fromEntries(
    (issues ?? []).map(({ field, message }) => [field, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`]),
  );
}

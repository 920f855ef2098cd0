import { cleanText } from "../transform/text.ts";
import type { Diagnostic } from "../types.ts";

const DIAGNOSTICS_MAX = 100;

export interface Report {
  diagnostics: Diagnostic[];
  add(code: string, severity: Diagnostic["severity"], pointer: string, message: string): void;
}

/** Collects what a converter left out; the first hundred are enough for a person. */
export function createReport(): Report {
  const diagnostics: Diagnostic[] = [];
  return {
    diagnostics,
    add(code, severity, pointer, message) {
      if (diagnostics.length >= DIAGNOSTICS_MAX) return;
      diagnostics.push({ code, severity, pointer, message: cleanText(message) });
    },
  };
}

/** "1 request", "12 requests". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

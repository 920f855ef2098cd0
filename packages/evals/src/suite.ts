import { z } from "zod";

/** What is expected of an answer. */
export const expectationSchema = z
  .object({
    /** Whether the tool is to refuse; false when left out. */
    isError: z.boolean().default(false),
    /** Texts that the answer holds, whatever the case. */
    contains: z.array(z.string().min(1)).default([]),
    /** What the structured answer has at least: members that are not named may be anything. */
    matches: z.unknown().optional(),
    /** How long it may take. */
    withinMs: z.number().positive().optional(),
  })
  .strict();

const suiteSchema = z
  .object({
    name: z.string().min(1).max(200),
    cases: z
      .array(
        z
          .object({
            name: z.string().min(1).max(200),
            call: z.object({ tool: z.string().min(1), args: z.record(z.string(), z.unknown()).default({}) }).strict(),
            expect: expectationSchema.default({ isError: false, contains: [] }),
          })
          .strict(),
      )
      .min(1)
      .max(1_000),
  })
  .strict();

/** Calls with what is expected of them. */
export type EvalSuite = z.output<typeof suiteSchema>;
export type EvalCase = EvalSuite["cases"][number];

/** A suite, or sentences about what is wrong with it. Never throws. */
export function parseSuite(value: unknown): { ok: true; suite: EvalSuite } | { ok: false; problems: string[] } {
  const parsed = suiteSchema.safeParse(value);
  if (parsed.success) return { ok: true, suite: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the suite"}: ${message}`),
  };
}

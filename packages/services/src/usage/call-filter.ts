import type { Prisma } from "@portico/db";
import { z } from "zod";

/** How calls end that nobody has to look into: what a person declined did what that person wanted. Every other outcome is an error. */
export const NO_ERRORS: readonly string[] = ["ok", "declined"];

/** How a call may have ended; "failed" is every error at once. */
export const CALL_OUTCOMES = [
  "ok",
  "failed",
  "upstream_error",
  "network_error",
  "timeout",
  "invalid_arguments",
  "blocked",
  "declined",
  "cancelled",
  "error",
] as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far back calls are looked at, and in what steps. */
const RANGES = {
  "1h": { stepMs: 2 * MINUTE_MS, steps: 30 },
  "24h": { stepMs: HOUR_MS, steps: 24 },
  "7d": { stepMs: 4 * HOUR_MS, steps: 42 },
  "30d": { stepMs: 24 * HOUR_MS, steps: 30 },
};
export type CallRange = keyof typeof RANGES;
export const CALL_RANGES = Object.keys(RANGES) as CallRange[];

/** Who calls without a sign-in has no id: all of them are one. */
export const ANONYMOUS = "anonymous";

export const rangeSchema = z.enum(CALL_RANGES, `use ${CALL_RANGES.join(", ")}`);

export const callFilterSchema = z.object({
  serverId: z.string(),
  tool: z.string().max(200).optional(),
  outcome: z.enum(CALL_OUTCOMES, `use ${CALL_OUTCOMES.join(", ")}`).optional(),
  /** What the API answered with: 401. */
  status: z.coerce.number("use a number such as 401").int().min(100).max(599).optional(),
  client: z.string().max(500).optional(),
  /** The id of a person, an API key or a machine client, or "anonymous". */
  who: z.string().max(200).optional(),
  range: rangeSchema.optional(),
});
export type CallFilter = z.input<typeof callFilterSchema>;
type Parsed = Omit<z.output<typeof callFilterSchema>, "serverId">;

/** Where the steps of a range begin; they are whole, so that bars stay as they are while time goes on. */
export function stepsOf(range: CallRange, now: number): { from: Date; stepMs: number; steps: number } {
  const { stepMs, steps } = RANGES[range];
  return { from: new Date(Math.floor(now / stepMs) * stepMs - (steps - 1) * stepMs), stepMs, steps };
}

/** The calls of one server that a filter lets through. */
export function whereCalls(
  server: { id: string; organizationId: string },
  { tool, outcome, status, client, who, range }: Parsed,
  now: number = Date.now(),
): Prisma.UsageEventWhereInput {
  return {
    serverId: server.id,
    organizationId: server.organizationId,
    kind: "call",
    ...(range ? { occurredAt: { gte: stepsOf(range, now).from } } : {}),
    ...(tool ? { tool } : {}),
    ...(outcome ? { outcome: outcome === "failed" ? { notIn: [...NO_ERRORS] } : outcome } : {}),
    ...(status ? { status } : {}),
    ...(client ? { clientName: client } : {}),
    ...(who === ANONYMOUS ? { principal: ANONYMOUS } : who ? { subject: who } : {}),
  };
}

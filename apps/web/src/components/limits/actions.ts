"use server";

import { type RequestLimits, setRequestLimits } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

export type LimitsState = Outcome<RequestLimits> | null;

export async function saveLimits(_before: LimitsState, form: FormData): Promise<LimitsState> {
  const { ctx } = await requireSession();
  const number = (name: string) => {
    const text = String(form.get(name) ?? "").trim();
    return text === "" ? null : Number(text);
  };
  const input = {
    perCaller: number("perCaller"),
    perServer: number("perServer"),
    inAll: number("inAll"),
    monthPerServer: number("monthPerServer"),
    monthInAll: number("monthInAll"),
  };
  const outcome = await attempt(() => setRequestLimits({ ctx, input }));
  if (outcome.ok) revalidatePath("/settings/limits");
  return outcome;
}

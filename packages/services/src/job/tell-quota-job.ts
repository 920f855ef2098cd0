import { z } from "zod";
import { monthOf, nextMonth } from "../usage/monthly-calls.ts";
import { quotaName } from "../usage/quota.ts";
import type { JobBody } from "./job-body.ts";
import { mailMembers } from "./mail-members.ts";

const inputSchema = z.object({
  month: z.string(),
  limit: z.number(),
  calls: z.number(),
  /** The part of the quota that was passed. */
  mark: z.number(),
  serverId: z.string().optional(),
});

/** Mails owners and admins that a quota is nearly, or wholly, used. Result: { mailed }. */
export const tellQuotaJob: JobBody = async ({ ctx, input }) => {
  const { month, limit, calls, mark, serverId } = inputSchema.parse(input);
  // What is over is of no use to anybody.
  if (!ctx.mailer || month !== monthOf(new Date())) return async () => ({ mailed: 0 });
  const name = await quotaName(ctx, serverId);
  const isUsed = mark >= 1;
  const count = (value: number) => value.toLocaleString("en-US");
  const ends = nextMonth(new Date()).toISOString().slice(0, "2026-12-01".length);
  const mailed = await mailMembers(ctx, {
    roles: ["owner", "admin"],
    key: `quota-told:${ctx.organizationId}:${serverId ?? "all"}:${month}:${limit}:${mark}`,
    mail: {
      subject: isUsed
        ? `The calls of ${name} are used up`
        : `${Math.round(mark * 100)} % of the calls of ${name} are used`,
      paragraphs: [
        `${count(calls)} of ${count(limit)} calls that ${name} may have this month have been made.`,
        isUsed
          ? `Tools answer that the quota is used until ${ends} (UTC), or until it is raised. Nothing reaches the API until then.`
          : `When all are made, tools answer so until ${ends} (UTC), and nothing reaches the API.`,
      ],
      action: { label: "Look at the limits", url: `${ctx.publicUrl}/settings/limits` },
      footnote: "You get this because you run this organization.",
    },
  });
  return async () => ({ mailed });
};

import Link from "next/link";
import { buttonClass } from "@/components/ui/button.tsx";
import { compact, count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";

export interface ListLimits {
  tools: number;
  tokens: number;
}

/** Says that so many tools are better searched than listed; absent when they are not that many. */
export function SearchSuggestion({
  tools,
  tokens,
  limits,
  settingsHref,
}: {
  tools: number;
  tokens: number;
  limits: ListLimits;
  /** Where it is chosen, when that is another page. */
  settingsHref?: string;
}) {
  if (tools <= limits.tools && tokens <= limits.tokens) return null;
  return (
    <Notice
      title={`Search is the better choice for ${count(tools, "tool")}`}
      action={
        settingsHref ? (
          <Link href={settingsHref} className={buttonClass()}>
            Choose how tools are offered
          </Link>
        ) : null
      }
    >
      A list of them costs a model about {compact(tokens)} tokens in every conversation. Above{" "}
      {count(limits.tools, "tool")} or {compact(limits.tokens)} tokens, models choose worse and clients leave tools out.
    </Notice>
  );
}

import { Check, Minus, X } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge.tsx";
import { outcomeWord, reasonWords } from "./outcome-words.ts";

const LOOKS: Record<string, [typeof Check, Tone]> = {
  ok: [Check, "ok"],
  // A person's choice, not a failure.
  declined: [Minus, "neutral"],
};
const FAILED: [typeof Check, Tone] = [X, "inverse"];

/** How a call ended; when it went wrong, with what the API answered with. */
export function OutcomeBadge({ outcome, status }: { outcome: string; status: number | null }) {
  const [Icon, tone] = LOOKS[outcome] ?? FAILED;
  return (
    <Badge tone={tone} title={status === null ? undefined : `HTTP status ${status}`}>
      <Icon size={12} strokeWidth={3} aria-hidden />
      {outcome === "ok" ? outcomeWord(outcome) : reasonWords({ outcome, status })}
    </Badge>
  );
}

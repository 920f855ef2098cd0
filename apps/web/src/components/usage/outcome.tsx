import { Check, X } from "lucide-react";
import { Badge } from "@/components/ui/badge.tsx";

const WORDS: Record<string, string> = {
  ok: "OK",
  invalid_arguments: "Wrong arguments",
  upstream_error: "API refused",
  network_error: "API unreachable",
  blocked: "Blocked",
  timeout: "Timed out",
  cancelled: "Cancelled",
  error: "Failed",
};

/** How a call ended. */
export function OutcomeBadge({ outcome, status }: { outcome: string; status: number | null }) {
  const isOk = outcome === "ok";
  const Icon = isOk ? Check : X;
  return (
    <Badge tone={isOk ? "ok" : "inverse"} title={status === null ? undefined : `HTTP status ${status}`}>
      <Icon size={12} strokeWidth={3} aria-hidden />
      {WORDS[outcome] ?? outcome}
    </Badge>
  );
}

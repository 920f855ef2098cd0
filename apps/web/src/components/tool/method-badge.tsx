import { Badge } from "@/components/ui/badge.tsx";
import { KIND_WORDS, type Kind, kindOf } from "./kind.ts";

/** An HTTP method in the colour of what it does; readable without the colour. */
export function MethodBadge({ method, kind = kindOf(method) }: { method: string; kind?: Kind | undefined }) {
  return (
    <Badge tone={kind} title={KIND_WORDS[kind]} className="w-13 justify-center font-mono">
      {method === "DELETE" ? "DEL" : method === "OPTIONS" ? "OPT" : method}
    </Badge>
  );
}

import { Badge } from "@/components/ui/badge.tsx";
import { KIND_WORDS, kindOf } from "./kind.ts";

/** An HTTP method in the colour of what it does; readable without the colour. */
export function MethodBadge({ method }: { method: string }) {
  return (
    <Badge tone={kindOf(method)} title={KIND_WORDS[kindOf(method)]} className="w-13 justify-center font-mono">
      {method === "DELETE" ? "DEL" : method === "OPTIONS" ? "OPT" : method}
    </Badge>
  );
}

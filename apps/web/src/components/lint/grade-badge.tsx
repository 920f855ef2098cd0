import type { Grade } from "@portico/openapi";
import { Badge, type Tone } from "@/components/ui/badge.tsx";

const TONES: Record<Grade, Tone> = { A: "ok", B: "ok", C: "neutral", D: "changing", E: "changing", F: "destroying" };

/** How well models can work with something, from A to F. */
export function GradeBadge({ grade, score, of }: { grade: Grade; score: number; of: string }) {
  return (
    <Badge tone={TONES[grade]} title={`${of}: ${score} of 100`} className="font-mono">
      <span className="sr-only">{of}: </span>
      {grade}
    </Badge>
  );
}

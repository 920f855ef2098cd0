import { List, Search } from "lucide-react";
import type { ReactNode } from "react";
import { RadioCard } from "@/components/ui/radio-card.tsx";

const CHOICES = [
  {
    value: "list",
    icon: List,
    label: "As a list",
    sentence: "A model sees every tool from the start.",
  },
  {
    value: "search",
    icon: Search,
    label: "Through search",
    sentence:
      "A model sees three tools that search, describe and call all the others, so that a large API costs few tokens.",
  },
] as const;

export type ToolMode = (typeof CHOICES)[number]["value"];

/** How clients get the tools of a server. */
export function ToolModeChoice({ initial, children }: { initial: ToolMode; children?: ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">How tools are offered</legend>
      {children}
      {CHOICES.map((choice) => (
        <RadioCard key={choice.value} {...choice} name="toolMode" defaultChecked={initial === choice.value} />
      ))}
      <p className="text-sm text-muted">Served from the next publish on.</p>
    </fieldset>
  );
}

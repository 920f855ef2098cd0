import { List, Search } from "lucide-react";
import type { ReactNode } from "react";

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
        <label
          key={choice.value}
          className="flex cursor-pointer gap-2.5 rounded-control border border-line p-2.5 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name="toolMode"
            value={choice.value}
            defaultChecked={initial === choice.value}
            className="mt-0.5 size-4 accent-accent"
          />
          <span>
            <span className="flex items-center gap-1.5 font-medium">
              <choice.icon size={14} aria-hidden />
              {choice.label}
            </span>
            <span className="block text-sm text-muted">{choice.sentence}</span>
          </span>
        </label>
      ))}
      <p className="text-sm text-muted">Served from the next publish on.</p>
    </fieldset>
  );
}

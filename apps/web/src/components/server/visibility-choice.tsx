import { Globe, Lock } from "lucide-react";
import { useId } from "react";

const CHOICES = [
  {
    value: "organization",
    icon: Lock,
    label: "Members",
    sentence: "Members of the organization sign in; API keys work too.",
  },
  {
    value: "public",
    icon: Globe,
    label: "Everybody",
    sentence: "Whoever has the URL can list and call the tools, without signing in.",
  },
] as const;

export type Visibility = (typeof CHOICES)[number]["value"];

/** Who may use a server. */
export function VisibilityChoice({
  value,
  onChange,
  isDisabled,
}: {
  value: Visibility;
  onChange: (value: Visibility) => void;
  isDisabled?: boolean;
}) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2" disabled={isDisabled}>
      <legend className="mb-1 font-medium">Who may use it</legend>
      {CHOICES.map((choice) => (
        <label
          key={choice.value}
          className="flex cursor-pointer gap-2.5 rounded-control border border-line p-2.5 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={value === choice.value}
            onChange={() => onChange(choice.value)}
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
    </fieldset>
  );
}

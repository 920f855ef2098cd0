import { Globe, Lock } from "lucide-react";
import { useId } from "react";
import { RadioCard } from "@/components/ui/radio-card.tsx";

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
        <RadioCard
          key={choice.value}
          {...choice}
          name={name}
          checked={value === choice.value}
          onChange={() => onChange(choice.value)}
        />
      ))}
    </fieldset>
  );
}

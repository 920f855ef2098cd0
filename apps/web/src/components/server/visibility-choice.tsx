import { Globe, LogIn, UserCheck, Users } from "lucide-react";
import { useId } from "react";
import { RadioCard } from "@/components/ui/radio-card.tsx";

const CHOICES = [
  {
    value: "organization",
    icon: Users,
    label: "Members",
    sentence: "Every member of the organization, signed in.",
  },
  {
    value: "chosen",
    icon: UserCheck,
    label: "Chosen people",
    sentence: "Teams and people that you name under Access, and nobody else.",
  },
  {
    value: "signed-in",
    icon: LogIn,
    label: "Anyone who signs in",
    sentence: "Whoever has the URL and an account here, of whichever organization.",
  },
  {
    value: "public",
    icon: Globe,
    label: "Everybody",
    sentence: "Whoever has the URL can list and call the tools, without signing in.",
  },
] as const;

export type Visibility = (typeof CHOICES)[number]["value"];

/** In a sentence: "for members". */
export const VISIBILITY_WORDS: Record<Visibility, string> = {
  organization: "for members",
  chosen: "for chosen people",
  "signed-in": "for anyone who signs in",
  public: "for everybody",
};

/** Who may use a server without being named. */
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

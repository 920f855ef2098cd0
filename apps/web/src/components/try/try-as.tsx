import { Field, Select } from "@/components/ui/field.tsx";

/** A profile that whoever is signed in may try with. */
export interface ProfileName {
  id: string;
  name: string;
}

/** In which states of the server a tool is there, the one that is tried first at the front. */
export type ToolStates = readonly [ToolState, ...ToolState[]];
type ToolState = "draft" | "published";

/** Those of what is drafted. */
export function statesOf(isPublished: boolean): ToolStates {
  return isPublished ? ["draft", "published"] : ["draft"];
}

const STATE_WORDS: Record<ToolState, string> = { draft: "drafted", published: "published" };

/** Whether tools are tried as they are drafted or as clients get them. */
export function VersionField({
  label,
  value,
  states,
  onChange,
}: {
  label: string;
  value: ToolState;
  states: ToolStates;
  onChange: (on: ToolState) => void;
}) {
  return (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          value={value}
          onChange={({ target }) => onChange(target.value === "published" ? "published" : "draft")}
        >
          {states.map((state) => (
            <option key={state} value={state}>
              {STATE_WORDS[state]}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** As whom tools are tried; without profiles it is not there. */
export function ProfileField({
  profiles,
  value,
  onChange,
}: {
  profiles: ProfileName[];
  value: string;
  onChange: (profileId: string) => void;
}) {
  if (profiles.length === 0) return null;
  return (
    <Field label="With the profile">
      {(control) => (
        <Select {...control} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">What callers get by default</option>
          {profiles.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

import { Field, Select } from "@/components/ui/field.tsx";

/** A profile that whoever is signed in may try with. */
export interface ProfileName {
  id: string;
  name: string;
}

/** Whether tools are tried as they are drafted or as clients get them. */
export function VersionField({
  label,
  value,
  isPublished,
  onChange,
}: {
  label: string;
  value: "draft" | "published";
  isPublished: boolean;
  onChange: (on: "draft" | "published") => void;
}) {
  return (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          value={value}
          onChange={({ target }) => onChange(target.value === "published" ? "published" : "draft")}
        >
          <option value="draft">drafted</option>
          {isPublished ? <option value="published">published</option> : null}
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

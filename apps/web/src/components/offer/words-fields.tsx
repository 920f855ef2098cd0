import { Field, Input, Textarea } from "@/components/ui/field.tsx";
import type { ErrorOf } from "./draft-item-form.tsx";

interface Words {
  title: string;
  description: string;
}

/** Title and description: what people see of it before they choose. */
export function WordsFields({
  words,
  errorOf,
  titleHint,
  descriptionHint,
  onChange,
}: {
  words: Words;
  errorOf: ErrorOf;
  titleHint: string;
  descriptionHint: string;
  onChange: (words: Partial<Words>) => void;
}) {
  return (
    <>
      <Field label="Title" aside={<Optional />} error={errorOf("title")} hint={titleHint}>
        {(control) => (
          <Input {...control} value={words.title} onChange={(event) => onChange({ title: event.target.value })} />
        )}
      </Field>
      <Field label="Description" aside={<Optional />} error={errorOf("description")} hint={descriptionHint}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            value={words.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

export function Optional() {
  return <span className="text-sm text-muted">optional</span>;
}

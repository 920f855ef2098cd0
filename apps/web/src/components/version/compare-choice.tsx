import { Button } from "@/components/ui/button.tsx";
import { Field, Select } from "@/components/ui/field.tsx";

/** Which two versions are compared. A plain form: the address holds the answer, and it works without scripts. */
export function CompareChoice({
  action,
  numbers,
  served,
  before,
  after,
}: {
  /** The page that compares. */
  action: string;
  numbers: readonly number[];
  served: number | undefined;
  before: number;
  after: number;
}) {
  const selects = [
    { name: "before", label: "From", value: before },
    { name: "after", label: "To", value: after },
  ];
  return (
    <form action={action} className="flex flex-wrap items-end gap-3">
      {selects.map(({ name, label, value }) => (
        <div key={name} className="min-w-36 flex-1 sm:max-w-56">
          <Field label={label}>
            {(control) => (
              <Select {...control} name={name} key={value} defaultValue={value}>
                {numbers.map((number) => (
                  <option key={number} value={number}>
                    Version {number}
                    {number === served ? ", served" : ""}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      ))}
      <Button type="submit" className="h-9">
        Compare
      </Button>
    </form>
  );
}

import fc from "fast-check";

const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const given = fc.oneof(
  value.map((one) => ({ value: one })),
  fc.constantFrom("email", "name", "id").map((person) => ({ person })),
);
/** Any edit of a parameter, good or bad, for tests. */
export const anyEdit = fc.record(
  {
    hidden: fc.boolean(),
    fixed: given,
    default: given,
    name: fc.oneof(fc.constantFrom("q", "limit", "name", "__proto__"), fc.string()),
    description: fc.string(),
    values: fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    required: fc.boolean(),
    flatten: fc.boolean(),
  },
  { requiredKeys: [] },
);

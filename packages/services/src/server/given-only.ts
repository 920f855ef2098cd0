import type { Override } from "@portico/openapi";

/** Of the edits of parameters those that say what is sent, and none that says how it looks: names stay those of the document. */
export function givenOnly(parameters: NonNullable<Override["parameters"]>): NonNullable<Override["parameters"]> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([key, { fixed, default: preset, hidden, values }]) => [
      [
        key,
        {
          ...(fixed ? { fixed } : {}),
          ...(preset ? { default: preset, ...(hidden ? { hidden } : {}) } : {}),
          ...(values ? { values } : {}),
        },
      ],
    ]),
  );
}

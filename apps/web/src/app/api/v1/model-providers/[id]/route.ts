import { type ModelProviderChanges, removeModelProvider, updateModelProvider } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** `apiKey: null` removes the key; left out, it stays. */
export const PATCH = rest<{ id: string }>(({ ctx, params, body }) =>
  updateModelProvider({ ctx, input: { ...body, id: params.id } as ModelProviderChanges }),
);

export const DELETE = rest<{ id: string }>(({ ctx, params }) => removeModelProvider({ ctx, input: params }));

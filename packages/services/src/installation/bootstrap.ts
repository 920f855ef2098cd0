import { newId } from "@portico/db";
import { z } from "zod";
import { API_KEY_PATTERN, hashApiKey } from "../api-key/key.ts";
import type { Deps } from "../context.ts";
import { parseInput, slugSchema } from "../input.ts";
import { createOwner, hasOwner } from "./create-owner.ts";

const schema = z.object({
  email: z.email(),
  password: z.string(),
  organization: slugSchema,
  apiKey: z.string().regex(API_KEY_PATTERN, "an API key is ptk_ and at least 24 letters, digits, - or _").optional(),
});
export type BootstrapInput = z.input<typeof schema>;

/** Unattended set-up of a new installation; does nothing where an owner exists. */
export async function bootstrap(deps: Pick<Deps, "db">, input: BootstrapInput): Promise<"created" | "exists"> {
  const { email, password, organization, apiKey } = parseInput(schema, input);
  if (await hasOwner(deps)) return "exists";
  const { userId, organizationId } = await createOwner(deps, {
    name: email.split("@")[0] ?? email,
    email,
    password,
    organization,
    slug: organization,
  });
  if (apiKey) {
    await deps.db.apiKey.create({
      data: {
        id: newId("apiKey"),
        organizationId,
        name: "Bootstrap",
        hash: hashApiKey(apiKey),
        start: apiKey.slice(0, 8),
        createdById: userId,
      },
    });
  }
  return "created";
}

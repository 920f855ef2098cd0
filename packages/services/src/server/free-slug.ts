import type { Ctx } from "../context.ts";
import { SLUG_CHARS_MAX, slugify } from "../input.ts";

/** A slug for a title that no server of the organization has: petstore, petstore-2, petstore-3 … */
export async function freeSlug(ctx: Ctx, title: string): Promise<string> {
  const base = slugify(title);
  const taken = new Set(
    (
      await ctx.db.server.findMany({
        where: { organizationId: ctx.organizationId, slug: { startsWith: base.slice(0, SLUG_CHARS_MAX - 6) } },
        select: { slug: true },
      })
    ).map(({ slug }) => slug),
  );
  if (!taken.has(base)) return base;
  for (let n = 2; ; n++) {
    const candidate = `${base.slice(0, SLUG_CHARS_MAX - 6)}-${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

import { AppError, getSso, removeSso, type SsoInput, setSso } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

export const GET = rest(async ({ ctx }) => {
  const sso = await getSso({ ctx });
  if (!sso) throw new AppError("not_found", "The organization has no single sign-on.");
  return sso;
});

export const PUT = rest(async ({ ctx, body }) => setSso({ ctx, input: body as SsoInput }, (await runtime()).fetch));

export const DELETE = rest(({ ctx }) => removeSso({ ctx }));

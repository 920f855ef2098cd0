import { z } from "zod";

export const PASSWORD_CHARS_MIN = 10;
const PASSWORD_CHARS_MAX = 128;

export const nameSchema = z.string("give a name").trim().min(1, "give a name").max(200);

/** A password that somebody chooses; the limits are those of sign-in. */
export const newPasswordSchema = z
  .string("choose a password")
  .min(PASSWORD_CHARS_MIN, `use at least ${PASSWORD_CHARS_MIN} characters`)
  .max(PASSWORD_CHARS_MAX, `use at most ${PASSWORD_CHARS_MAX} characters`);

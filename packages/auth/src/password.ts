// The same function that better-auth checks with (scrypt), so that an owner made by a verb can sign in.
export { hashPassword, verifyPassword } from "better-auth/crypto";

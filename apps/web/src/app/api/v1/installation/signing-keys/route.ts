import { rotateSigningKeys } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const POST = rest(({ ctx }) => rotateSigningKeys({ ctx }));

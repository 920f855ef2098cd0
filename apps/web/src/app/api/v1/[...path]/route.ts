import { AppError } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** What no route of the REST API answers: an error in its own shape, not a page. */
const nowhere = rest<{ path: string[] }>(async ({ params, request }) => {
  throw new AppError("not_found", `The REST API has nothing at ${request.method} /api/v1/${params.path.join("/")}.`);
});

export { nowhere as DELETE, nowhere as GET, nowhere as PATCH, nowhere as POST, nowhere as PUT };

import { removeCredential, setCredential } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; scheme: string };

export const PUT = rest<Params>(({ ctx, params, body }) => {
  const credential = body as Parameters<typeof setCredential>[0]["input"]["credential"];
  return setCredential({ ctx, input: { serverId: params.id, scheme: params.scheme, credential } });
});
export const DELETE = rest<Params>(({ ctx, params }) =>
  removeCredential({ ctx, input: { serverId: params.id, scheme: params.scheme } }),
);

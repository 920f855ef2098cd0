import { openDeps, resealSecrets } from "@portico/services";

// What the worker does after a rotation, in a process of its own that can be killed.
const { DATABASE_URL = "", PORTICO_SECRET_KEY = "", PORTICO_URL = "" } = process.env;
const deps = openDeps({
  databaseUrl: DATABASE_URL,
  secretKeys: PORTICO_SECRET_KEY.split(","),
  publicUrl: PORTICO_URL,
  connectionsMax: 2,
});
await resealSecrets(deps);
await deps.close();

// A short-lived process that brings the database up to date and, where it is new, sets it up; it prints one line of JSON.

import { migrate } from "@portico/db/migrate";
import { migrateQueues } from "@portico/jobs";
import { bootstrap, hasOwner, openDeps, setupCode } from "@portico/services";

const { DATABASE_URL = "", REDIS_URL, PORTICO_SECRET_KEY = "", PORTICO_URL = "" } = process.env;
const {
  PORTICO_BOOTSTRAP_EMAIL,
  PORTICO_BOOTSTRAP_PASSWORD,
  PORTICO_BOOTSTRAP_ORGANIZATION,
  PORTICO_BOOTSTRAP_API_KEY,
} = process.env;

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** What a connection error means to whoever set DATABASE_URL; the password never shows. */
function unreachable(error: unknown): string | null {
  const code =
    (error as { code?: string; cause?: { code?: string } }).code ??
    (error as { cause?: { code?: string } }).cause?.code;
  const where = URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL).host : "DATABASE_URL";
  if (code === "28P01" || code === "28000")
    return `The database at ${where} refused the user name or password in DATABASE_URL.`;
  if (code === "3D000")
    return `The database named in DATABASE_URL does not exist at ${where}. Create it, or correct the name.`;
  if (["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "EHOSTUNREACH", "EAI_AGAIN"].includes(code ?? "")) {
    return `The database at ${where} cannot be reached (${code}). Start it, or correct DATABASE_URL; without DATABASE_URL Portico brings its own.`;
  }
  return null;
}

try {
  const migrations = await migrate(DATABASE_URL);
  await migrateQueues({ databaseUrl: DATABASE_URL, redisUrl: REDIS_URL });
  const deps = openDeps({
    databaseUrl: DATABASE_URL,
    redisUrl: REDIS_URL,
    secretKeys: PORTICO_SECRET_KEY.split(","),
    publicUrl: PORTICO_URL,
    connectionsMax: 2,
  });
  if (PORTICO_BOOTSTRAP_EMAIL) {
    if (!PORTICO_BOOTSTRAP_PASSWORD || !PORTICO_BOOTSTRAP_ORGANIZATION) {
      refuse("PORTICO_BOOTSTRAP_EMAIL needs PORTICO_BOOTSTRAP_PASSWORD and PORTICO_BOOTSTRAP_ORGANIZATION beside it.");
    }
    await bootstrap(deps, {
      email: PORTICO_BOOTSTRAP_EMAIL,
      password: PORTICO_BOOTSTRAP_PASSWORD,
      organization: PORTICO_BOOTSTRAP_ORGANIZATION,
      ...(PORTICO_BOOTSTRAP_API_KEY ? { apiKey: PORTICO_BOOTSTRAP_API_KEY } : {}),
    });
  }
  const owner = await hasOwner(deps);
  console.log(JSON.stringify({ migrations, hasOwner: owner, ...(owner ? {} : { setupCode: setupCode(deps) }) }));
  await deps.close();
} catch (error) {
  refuse(unreachable(error) ?? (error instanceof Error ? error.message : String(error)));
}

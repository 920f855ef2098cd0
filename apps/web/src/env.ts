import { z } from "zod";

const schema = z.object({
  PORTICO_URL: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  DATABASE_URL: z.string().min(1),
  REDIS_URL: z.string().min(1).optional(),
  PORTICO_SECRET_KEY: z
    .string()
    .min(1)
    .transform((text) => text.split(",").map((key) => key.trim())),
  /** host:port of the bundled sample API; without it the sample is not offered. */
  PORTICO_SAMPLE_HOST: z.string().optional(),
  LOG_LEVEL: z.string().default("info"),
  SENTRY_DSN: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

export type Env = z.output<typeof schema>;

let env: Env | undefined;

/** The one reader of the environment; read at the first request, since a build has none. */
export function readEnv(): Env {
  if (env) return env;
  const parsed = schema.safeParse(process.env);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  env = parsed.data;
  return env;
}

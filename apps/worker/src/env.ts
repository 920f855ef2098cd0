import { z } from "zod";

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  );

const schema = z.object({
  /** Where /healthz and /readyz are answered; without it nobody listens. */
  PORTICO_WORKER_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  PORTICO_URL: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  DATABASE_URL: z.string().min(1),
  REDIS_URL: z.string().min(1).optional(),
  PORTICO_SECRET_KEY: list.refine((keys) => keys.length > 0, "set it to 32 random bytes in base64url"),
  PORTICO_EGRESS_ALLOW: list,
  PORTICO_SAMPLE_HOST: z.string().optional(),
  /** As for the web app: who builds servers is told of documents that changed; without it nobody is. */
  PORTICO_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  PORTICO_MAIL_FROM: z.string().min(3).optional(),
  LOG_LEVEL: z.string().default("info"),
  SENTRY_DSN: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

export type Env = z.output<typeof schema>;

/** The one reader of the environment. Refuses to start when something is wrong, and says what. */
export function readEnv(env: NodeJS.ProcessEnv): Env {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}

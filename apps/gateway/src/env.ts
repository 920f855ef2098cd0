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
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default("::"),
  PORTICO_URL: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  DATABASE_URL: z.string().min(1),
  REDIS_URL: z.string().min(1).optional(),
  /** 32 bytes of base64url; several, separated by commas, while keys rotate: the first seals. */
  PORTICO_SECRET_KEY: list.refine((keys) => keys.length > 0, "set it to 32 random bytes in base64url"),
  /** CIDRs of private upstreams that tools may call. */
  PORTICO_EGRESS_ALLOW: list,
  /** host:port of the bundled sample API. */
  PORTICO_SAMPLE_HOST: z.string().optional(),
  /** Where the web app listens; without it the gateway serves the data plane only. */
  PORTICO_WEB_URL: z.url().optional(),
  /** Browser origins that may call /mcp besides our own and the loopback ones. */
  PORTICO_ALLOWED_ORIGINS: list,
  /** Proxies whose X-Forwarded-For is believed. */
  PORTICO_TRUSTED_PROXIES: list,
  /** "1" also serves the HTTP+SSE transport of MCP 2024-11-05, at /mcp/…/sse. */
  PORTICO_LEGACY_SSE: z.string().optional(),
  NODE_ENV: z.string().default("production"),
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

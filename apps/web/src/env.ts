import { SOCIAL_PROVIDERS, type SocialClient, type SocialProvider } from "@portico/auth";
import { z } from "zod";

const schema = z
  .object({
    PORTICO_URL: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
    DATABASE_URL: z.string().min(1),
    REDIS_URL: z.string().min(1).optional(),
    PORTICO_SECRET_KEY: z
      .string()
      .min(1)
      .transform((text) => text.split(",").map((key) => key.trim())),
    /** Private networks that may be asked where people sign in: "10.1.0.0/16,127.0.0.0/8". */
    PORTICO_EGRESS_ALLOW: z
      .string()
      .default("")
      .transform((text) =>
        text
          .split(",")
          .map((network) => network.trim())
          .filter(Boolean),
      ),
    /** Clients at providers that people may sign in with, each with its secret. */
    PORTICO_GOOGLE_CLIENT_ID: z.string().optional(),
    PORTICO_GOOGLE_CLIENT_SECRET: z.string().optional(),
    PORTICO_GITHUB_CLIENT_ID: z.string().optional(),
    PORTICO_GITHUB_CLIENT_SECRET: z.string().optional(),
    PORTICO_MICROSOFT_CLIENT_ID: z.string().optional(),
    PORTICO_MICROSOFT_CLIENT_SECRET: z.string().optional(),
    /** Whose accounts of Microsoft count: a tenant's id; without it, everybody's. */
    PORTICO_MICROSOFT_TENANT: z.string().optional(),
    /** "1": what an owner says of the organization's e-mail domains is believed without a proof in DNS, while there is one organization. */
    PORTICO_SSO_TRUST_DOMAINS: z.enum(["0", "1"]).default("0"),
    /** host:port of the bundled sample API; without it the sample is not offered. */
    PORTICO_SAMPLE_HOST: z.string().optional(),
    /** "smtp://user:password@host:587" or "smtps://…": without it no mail is sent, and links are handed over by people. */
    PORTICO_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    /** Who mails are from: "Portico <portico@example.com>". */
    PORTICO_MAIL_FROM: z.string().min(3).optional(),
    LOG_LEVEL: z.string().default("info"),
    SENTRY_DSN: z.string().optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  })
  .refine((env) => !env.PORTICO_SMTP_URL || env.PORTICO_MAIL_FROM, {
    path: ["PORTICO_MAIL_FROM"],
    message: 'set it with PORTICO_SMTP_URL: who mails are from, "Portico <portico@example.com>"',
  });

export type Env = z.output<typeof schema>;

/** The social clients that are complete. Half a client is said at the start, not at somebody's sign-in. */
export function socialClients(env: Env): Partial<Record<SocialProvider, SocialClient>> {
  return Object.fromEntries(
    SOCIAL_PROVIDERS.flatMap((name) => {
      const prefix = `PORTICO_${name.toUpperCase() as Uppercase<SocialProvider>}` as const;
      const [clientId, clientSecret] = [env[`${prefix}_CLIENT_ID`], env[`${prefix}_CLIENT_SECRET`]];
      if (!clientId && !clientSecret) return [];
      if (!clientId || !clientSecret) throw new Error(`${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET go together.`);
      const tenantId = name === "microsoft" ? env.PORTICO_MICROSOFT_TENANT : undefined;
      return [[name, { clientId, clientSecret, ...(tenantId ? { tenantId } : {}) }]];
    }),
  );
}

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

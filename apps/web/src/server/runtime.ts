import { resolveTxt } from "node:dns/promises";
import { createPeople, type People, SOCIAL_PROVIDERS, type SocialProvider } from "@portico/auth";
import { type Deps, type DomainProof, mailSignInLink, mustUseSso, openDeps, recordSignIn } from "@portico/services";
import { startTelemetry, type Telemetry } from "@portico/telemetry";
import { createEgress, type Egress, guardedFetch } from "@portico/upstream";
import { readEnv, socialClients } from "@/env.ts";
import { countWrongPasswords } from "./wrong-passwords.ts";

/** What the web app opens once a process and keeps. */
export interface Runtime {
  deps: Deps;
  people: People;
  telemetry: Telemetry;
  /** The guarded way out. */
  egress: Egress;
  /** The same for libraries that take a fetch. */
  fetch: ReturnType<typeof guardedFetch>;
  domainProof: DomainProof;
  /** Whom people may sign in with besides. */
  social: SocialProvider[];
  sampleUrl: string | undefined;
}

// Development mode loads modules anew at every change; the pools must not multiply.
const kept = globalThis as typeof globalThis & { porticoRuntime?: Promise<Runtime> };

export function runtime(): Promise<Runtime> {
  kept.porticoRuntime ??= open();
  return kept.porticoRuntime;
}

async function open(): Promise<Runtime> {
  const env = readEnv();
  const deps = openDeps({
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    secretKeys: env.PORTICO_SECRET_KEY,
    publicUrl: env.PORTICO_URL,
    env: process.env,
    ...(env.PORTICO_SMTP_URL && env.PORTICO_MAIL_FROM
      ? { mail: { url: env.PORTICO_SMTP_URL, from: env.PORTICO_MAIL_FROM } }
      : {}),
  });
  const telemetry = await startTelemetry({
    app: "web",
    version: "0.1.0",
    logLevel: env.LOG_LEVEL,
    sentryDsn: env.SENTRY_DSN,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
  });
  const egress = createEgress({
    allow: env.PORTICO_EGRESS_ALLOW,
    allowHosts: env.PORTICO_SAMPLE_HOST ? [env.PORTICO_SAMPLE_HOST] : [],
  });
  const social = socialClients(env);
  return {
    deps,
    telemetry,
    social: SOCIAL_PROVIDERS.filter((name) => social[name]),
    egress,
    fetch: guardedFetch(egress),
    domainProof: { resolveTxt, isTrusted: env.PORTICO_SSO_TRUST_DOMAINS === "1" },
    people: createPeople({
      ...deps,
      social,
      mustUseProvider: (userId) => mustUseSso(deps, userId),
      wrongPasswords: countWrongPasswords(deps.state),
      onSignIn: (userId, ip) =>
        recordSignIn({ ...deps, userId, ...(ip ? { ip } : {}) }).catch((error) =>
          telemetry.reportError(error, { where: "sign-in" }),
        ),
      onLog: (level, message, details) => telemetry.logger[level]({ where: "sign-in", details }, message),
      sendSignInToken: (email, token, next) =>
        void mailSignInLink(deps, { email, token, next }).catch((error) =>
          telemetry.reportError(error, { where: "mail" }),
        ),
    }),
    sampleUrl: env.PORTICO_SAMPLE_HOST ? `http://${env.PORTICO_SAMPLE_HOST}/openapi.json` : undefined,
  };
}

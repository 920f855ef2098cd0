import path from "node:path";
import type { NextConfig } from "next";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * Nothing of ours is told to other sites. `same-origin` and not `no-referrer`: under the latter a browser sends `Origin: null` with
 * a form, and the gateway takes a consent only from our own origin. Fetch, "append a request Origin header".
 */
const SECURITY_HEADERS = [
  { key: "referrer-policy", value: "same-origin" },
  { key: "x-content-type-options", value: "nosniff" },
  { key: "x-frame-options", value: "DENY" },
  { key: "permissions-policy", value: "camera=(), microphone=(), geolocation=()" },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: root,
  turbopack: { root },
  // Workspace packages are TypeScript source; these are libraries of the server that must not be bundled.
  transpilePackages: [
    "@portico/auth",
    "@portico/db",
    "@portico/jobs",
    "@portico/mail",
    "@portico/mcp",
    "@portico/models",
    "@portico/openapi",
    "@portico/services",
    "@portico/state",
    "@portico/telemetry",
    "@portico/upstream",
  ],
  serverExternalPackages: [
    "@prisma/client",
    "@prisma/adapter-pg",
    "pg",
    "bullmq",
    "ioredis",
    "oidc-provider",
    "better-auth",
    "@better-auth/passkey",
    "nodemailer",
    "@sentry/node",
    "@opentelemetry/sdk-node",
    "pino",
  ],
  // A pasted document of 32 MB, and what multipart adds to it.
  experimental: { serverActions: { bodySizeLimit: "33mb" }, proxyClientMaxBodySize: "33mb" },
  // What browsers ask for when a page of another app (an error of the gateway) names no icon.
  rewrites: async () => [{ source: "/favicon.ico", destination: "/icon.svg" }],
  headers: async () => [{ source: "/:path*", headers: SECURITY_HEADERS }],
};

export default config;

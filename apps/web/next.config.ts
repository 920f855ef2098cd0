import path from "node:path";
import type { NextConfig } from "next";

const root = path.resolve(import.meta.dirname, "../..");

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: root,
  turbopack: { root },
  // Workspace packages are TypeScript source; these are libraries of the server that must not be bundled.
  transpilePackages: ["@portico/auth", "@portico/db", "@portico/jobs", "@portico/mcp", "@portico/openapi", "@portico/services", "@portico/state", "@portico/telemetry", "@portico/upstream"],
  serverExternalPackages: ["@prisma/client", "@prisma/adapter-pg", "pg", "bullmq", "ioredis", "oidc-provider", "better-auth", "@sentry/node", "@opentelemetry/sdk-node", "pino"],
  experimental: { serverActions: { bodySizeLimit: "33mb" } },
};

export default config;

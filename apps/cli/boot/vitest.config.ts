import path from "node:path";
import { defineConfig } from "vitest/config";

// Core and command-line tests need nothing running; the others get PostgreSQL (and Redis, where it is installed) from boot/test.ts.
const core = [
  "packages/{openapi,upstream,mcp,evals,models,telemetry,mail}/src/**/*.test.ts",
  "apps/cli/src/**/*.test.ts",
];
const services = [
  "packages/{db,state,jobs,auth,services}/src/**/*.test.ts",
  "apps/{gateway,worker,web}/src/**/*.test.ts",
];
const stories = ["packages/e2e/src/**/*.test.ts"];

export default defineConfig({
  root: path.resolve(import.meta.dirname, "../../.."),
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "core", include: core, isolate: false } },
      { extends: true, test: { name: "services", include: services, isolate: false } },
      {
        extends: true,
        test: {
          name: "stories",
          include: stories,
          isolate: false,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

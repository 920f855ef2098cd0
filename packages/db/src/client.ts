import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client.ts";

export type Db = PrismaClient;
/** What a verb may use inside `db.$transaction(async (tx) => …)`. */
export type Tx = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

/** One pool a process; `$disconnect()` closes it. */
export function createDb(url: string, options: { connectionsMax?: number } = {}): Db {
  return new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      max: options.connectionsMax ?? 10,
      connectionTimeoutMillis: 10_000,
    }),
  });
}

/** Prisma's code for a unique constraint that was hit. */
export function isUniqueViolation(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "P2002";
}

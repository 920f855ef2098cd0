-- AlterTable
-- Nullable and without a default, so that no partition is rewritten.
ALTER TABLE "UsageEvent" ADD COLUMN "diagnostic" TEXT;

ALTER TABLE "Profile" ADD COLUMN "lock" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "changedBy" TEXT, ADD COLUMN "removedAt" TIMESTAMPTZ(3);

-- What was removed takes no name, and is nobody's default, until it is brought back.
DROP INDEX "Profile_serverId_userId_name_key";
DROP INDEX "Profile_one_default";
CREATE UNIQUE INDEX "Profile_one_name" ON "Profile"("serverId", "userId", "name") NULLS NOT DISTINCT WHERE "removedAt" IS NULL;
CREATE UNIQUE INDEX "Profile_one_default" ON "Profile"("serverId") WHERE "isDefault" AND "removedAt" IS NULL;
CREATE INDEX "Profile_serverId_idx" ON "Profile"("serverId");

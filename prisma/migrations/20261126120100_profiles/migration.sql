CREATE TABLE "Profile" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "serverId" TEXT NOT NULL,
  "userId" TEXT,
  "baseId" TEXT,
  "name" TEXT NOT NULL,
  "isDefault" BOOLEAN NOT NULL DEFAULT false,
  "settings" JSONB NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Profile_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Profile_default_is_shared" CHECK (NOT "isDefault" OR "userId" IS NULL),
  CONSTRAINT "Profile_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "Profile_baseId_fkey" FOREIGN KEY ("baseId") REFERENCES "Profile"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Profile_serverId_userId_name_key" ON "Profile"("serverId", "userId", "name") NULLS NOT DISTINCT;
CREATE UNIQUE INDEX "Profile_one_default" ON "Profile"("serverId") WHERE "isDefault";
CREATE INDEX "Profile_organizationId_idx" ON "Profile"("organizationId");

CREATE TABLE "ProfileValue" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "profileId" TEXT NOT NULL,
  "userId" TEXT,
  "field" TEXT NOT NULL,
  "sealed" TEXT NOT NULL,
  "origins" TEXT[] NOT NULL,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "ProfileValue_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "ProfileValue_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "Profile"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "ProfileValue_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "ProfileValue_profileId_userId_field_key" ON "ProfileValue"("profileId", "userId", "field") NULLS NOT DISTINCT;

ALTER TABLE "Connection" ADD COLUMN "profileId" TEXT;
ALTER TABLE "Connection" ADD COLUMN "tools" TEXT NOT NULL DEFAULT 'all';
ALTER TABLE "Connection" ADD COLUMN "expiresAt" TIMESTAMPTZ(3);
ALTER TABLE "Connection" ADD CONSTRAINT "Connection_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "Profile"("id") ON DELETE SET NULL ON UPDATE CASCADE;

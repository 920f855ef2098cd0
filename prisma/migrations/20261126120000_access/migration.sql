CREATE TABLE "Team" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Team_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Team_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Team_organizationId_name_key" ON "Team"("organizationId", "name");

CREATE TABLE "TeamMember" (
  "teamId" TEXT NOT NULL,
  "memberId" TEXT NOT NULL,
  CONSTRAINT "TeamMember_pkey" PRIMARY KEY ("teamId", "memberId"),
  CONSTRAINT "TeamMember_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "TeamMember_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "TeamMember_memberId_idx" ON "TeamMember"("memberId");

ALTER TABLE "Server" ADD COLUMN "everybodyTools" JSONB NOT NULL DEFAULT '"all"';

CREATE TABLE "AccessGrant" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "serverId" TEXT NOT NULL,
  "teamId" TEXT,
  "memberId" TEXT,
  "email" TEXT,
  "tools" JSONB NOT NULL,
  "createdById" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "AccessGrant_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "AccessGrant_one_holder" CHECK (num_nonnulls("teamId", "memberId", "email") = 1),
  CONSTRAINT "AccessGrant_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "AccessGrant_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "AccessGrant_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "AccessGrant_serverId_teamId_key" ON "AccessGrant"("serverId", "teamId");
CREATE UNIQUE INDEX "AccessGrant_serverId_memberId_key" ON "AccessGrant"("serverId", "memberId");
CREATE UNIQUE INDEX "AccessGrant_serverId_email_key" ON "AccessGrant"("serverId", "email");
CREATE INDEX "AccessGrant_organizationId_idx" ON "AccessGrant"("organizationId");

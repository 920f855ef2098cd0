ALTER TABLE "Version" ADD COLUMN "draft" BYTEA;

CREATE TABLE "DraftBefore" (
  "serverId" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "step" TEXT NOT NULL,
  "lock" INTEGER NOT NULL,
  "draft" BYTEA NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "DraftBefore_pkey" PRIMARY KEY ("serverId"),
  CONSTRAINT "DraftBefore_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "DraftBefore_organizationId_idx" ON "DraftBefore"("organizationId");

ALTER TABLE "DraftBefore" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "DraftBefore" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "DraftBefore" USING (portico_sees("organizationId"));

CREATE TABLE "EvalCase" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "serverId" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "operation" TEXT NOT NULL,
  "tool" TEXT NOT NULL,
  "arguments" JSONB NOT NULL,
  "expect" JSONB NOT NULL,
  "lastRun" JSONB,
  "createdById" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "EvalCase_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "EvalCase_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "EvalCase_serverId_name_key" ON "EvalCase"("serverId", "name");
CREATE INDEX "EvalCase_organizationId_idx" ON "EvalCase"("organizationId");

ALTER TABLE "EvalCase" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "EvalCase" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "EvalCase" USING (portico_sees("organizationId"));

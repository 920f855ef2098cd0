CREATE TABLE "ToolSample" (
  "serverId" TEXT NOT NULL,
  "operation" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "arguments" JSONB NOT NULL,
  "status" INTEGER NOT NULL,
  "contentType" TEXT NOT NULL,
  "body" BYTEA NOT NULL,
  "keptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ToolSample_pkey" PRIMARY KEY ("serverId", "operation"),
  CONSTRAINT "ToolSample_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "ToolSample_organizationId_idx" ON "ToolSample"("organizationId");

ALTER TABLE "ToolSample" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ToolSample" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "ToolSample" USING (portico_sees("organizationId"));

CREATE TABLE "ModelProvider" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "baseUrl" TEXT NOT NULL,
  "model" TEXT NOT NULL,
  "sealed" TEXT,
  "createdById" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "ModelProvider_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "ModelProvider_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "ModelProvider_organizationId_name_key" ON "ModelProvider"("organizationId", "name");

ALTER TABLE "ModelProvider" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ModelProvider" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "ModelProvider" USING (portico_sees("organizationId"));

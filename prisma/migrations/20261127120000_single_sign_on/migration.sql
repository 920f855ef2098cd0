CREATE TABLE "SsoProvider" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "issuer" TEXT NOT NULL,
  "clientId" TEXT NOT NULL,
  "sealed" TEXT NOT NULL,
  "isRequired" BOOLEAN NOT NULL DEFAULT false,
  "joinsNew" BOOLEAN NOT NULL DEFAULT true,
  "role" TEXT NOT NULL DEFAULT 'member',
  "usedAt" TIMESTAMPTZ(3),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "SsoProvider_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "SsoProvider_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "SsoProvider_organizationId_key" ON "SsoProvider"("organizationId");

CREATE TABLE "SsoDomain" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "providerId" TEXT NOT NULL,
  "domain" TEXT NOT NULL,
  "token" TEXT NOT NULL,
  "provedAt" TIMESTAMPTZ(3),
  CONSTRAINT "SsoDomain_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "SsoDomain_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "SsoProvider"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "SsoDomain_providerId_domain_key" ON "SsoDomain"("providerId", "domain");
CREATE INDEX "SsoDomain_domain_idx" ON "SsoDomain"("domain");
-- A proved domain is one organization's.
CREATE UNIQUE INDEX "SsoDomain_proved_key" ON "SsoDomain"("domain") WHERE "provedAt" IS NOT NULL;

ALTER TABLE "SsoProvider" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "SsoProvider" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "SsoProvider" USING (portico_sees("organizationId"));
ALTER TABLE "SsoDomain" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "SsoDomain" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "SsoDomain" USING (portico_sees("organizationId"));

CREATE TABLE "UpstreamGrant" (
  "id" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "credentialId" TEXT NOT NULL,
  "userId" TEXT NOT NULL,
  "token" TEXT NOT NULL,
  "tokenExpiresAt" TIMESTAMPTZ(3) NOT NULL,
  "refreshToken" TEXT,
  "scopes" TEXT[] NOT NULL,
  "missingScopes" TEXT[] NOT NULL,
  "problem" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "UpstreamGrant_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "UpstreamGrant_credentialId_fkey" FOREIGN KEY ("credentialId") REFERENCES "Credential"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "UpstreamGrant_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "UpstreamGrant_credentialId_userId_key" ON "UpstreamGrant"("credentialId", "userId");
CREATE INDEX "UpstreamGrant_organizationId_userId_idx" ON "UpstreamGrant"("organizationId", "userId");

ALTER TABLE "UpstreamGrant" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "UpstreamGrant" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "UpstreamGrant" USING (portico_sees("organizationId"));

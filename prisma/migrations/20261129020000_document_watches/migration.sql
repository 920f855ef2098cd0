CREATE TABLE "DocumentWatch" (
  "documentId" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "every" TEXT NOT NULL,
  "nextAt" TIMESTAMPTZ(3) NOT NULL,
  "checkedAt" TIMESTAMPTZ(3),
  "outcome" TEXT,
  "problem" TEXT,
  "failures" INTEGER NOT NULL DEFAULT 0,
  "sha256" TEXT,
  CONSTRAINT "DocumentWatch_pkey" PRIMARY KEY ("documentId"),
  CONSTRAINT "DocumentWatch_documentId_fkey" FOREIGN KEY ("documentId") REFERENCES "Document"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "DocumentWatch_organizationId_idx" ON "DocumentWatch"("organizationId");
CREATE INDEX "DocumentWatch_nextAt_idx" ON "DocumentWatch"("nextAt");

ALTER TABLE "DocumentWatch" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "DocumentWatch" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "DocumentWatch" USING (portico_sees("organizationId"));

CREATE TABLE "ServerDocument" (
  "serverId" TEXT NOT NULL,
  "documentId" TEXT NOT NULL,
  "organizationId" TEXT NOT NULL,
  "revisionId" TEXT NOT NULL,
  "key" TEXT NOT NULL DEFAULT '',
  "position" INTEGER NOT NULL DEFAULT 0,
  "baseUrl" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ServerDocument_pkey" PRIMARY KEY ("serverId", "documentId"),
  CONSTRAINT "ServerDocument_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "ServerDocument_documentId_fkey" FOREIGN KEY ("documentId") REFERENCES "Document"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "ServerDocument_revisionId_fkey" FOREIGN KEY ("revisionId") REFERENCES "DocumentRevision"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "ServerDocument_serverId_key_key" ON "ServerDocument"("serverId", "key");
CREATE INDEX "ServerDocument_organizationId_idx" ON "ServerDocument"("organizationId");
CREATE INDEX "ServerDocument_documentId_idx" ON "ServerDocument"("documentId");

-- The document that a server was made from keeps its own names: nobody's selection, edits, grants or credentials change.
INSERT INTO "ServerDocument" ("serverId", "documentId", "organizationId", "revisionId", "baseUrl", "createdAt")
SELECT "id", "documentId", "organizationId", "revisionId", "baseUrl", "createdAt" FROM "Server";

ALTER TABLE "Server" DROP COLUMN "documentId", DROP COLUMN "revisionId", DROP COLUMN "baseUrl";
ALTER TABLE "Server" ADD COLUMN "usedKeys" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

ALTER TABLE "ServerDocument" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ServerDocument" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "ServerDocument" USING (portico_sees("organizationId"));

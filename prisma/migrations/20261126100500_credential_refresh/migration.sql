ALTER TABLE "Credential"
  ADD COLUMN "refreshToken" TEXT,
  ADD COLUMN "connectedById" TEXT,
  ADD COLUMN "connectedAt" TIMESTAMPTZ(3);

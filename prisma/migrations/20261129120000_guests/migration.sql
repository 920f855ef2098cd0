ALTER TABLE "Invitation" ADD COLUMN "mailedTokenHash" TEXT;
ALTER TABLE "Invitation" ADD COLUMN "serverId" TEXT;
ALTER TABLE "Invitation" ADD COLUMN "acceptedById" TEXT;
CREATE UNIQUE INDEX "Invitation_mailedTokenHash_key" ON "Invitation"("mailedTokenHash");
CREATE INDEX "Invitation_serverId_idx" ON "Invitation"("serverId");
CREATE INDEX "Invitation_acceptedById_idx" ON "Invitation"("acceptedById");
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE;

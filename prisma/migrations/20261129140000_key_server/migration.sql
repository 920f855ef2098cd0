ALTER TABLE "ApiKey" ADD COLUMN "serverId" TEXT;
CREATE INDEX "ApiKey_serverId_idx" ON "ApiKey"("serverId");
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The URL that only reads is a resource of its own: a client of a person has one connection to each of the two.
ALTER TABLE "Connection" ADD COLUMN "isReadOnly" BOOLEAN NOT NULL DEFAULT false;
CREATE UNIQUE INDEX "Connection_userId_clientId_serverId_isReadOnly_key" ON "Connection"("userId", "clientId", "serverId", "isReadOnly");
DROP INDEX "Connection_userId_clientId_serverId_key";

-- A server's picture, shown by clients beside its name.
ALTER TABLE "Server" ADD COLUMN "icon" TEXT;

ALTER TABLE "DocumentRevision" ADD COLUMN "text" BYTEA, ADD COLUMN "positions" JSONB;

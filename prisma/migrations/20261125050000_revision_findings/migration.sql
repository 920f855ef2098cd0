-- What the check against the specification finds after a revision has been stored.
ALTER TABLE "DocumentRevision" ADD COLUMN "findings" JSONB;

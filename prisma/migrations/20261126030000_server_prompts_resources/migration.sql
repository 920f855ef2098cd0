-- Prompts and resources of a server's draft, beside its tools.
ALTER TABLE "Server" ADD COLUMN "prompts" JSONB NOT NULL DEFAULT '[]', ADD COLUMN "resources" JSONB NOT NULL DEFAULT '[]';

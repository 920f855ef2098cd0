ALTER TABLE "Connection" ALTER COLUMN "tools" DROP DEFAULT;
ALTER TABLE "Connection" ALTER COLUMN "tools" TYPE JSONB USING to_jsonb("tools");
ALTER TABLE "Connection" ALTER COLUMN "tools" SET DEFAULT '"all"';

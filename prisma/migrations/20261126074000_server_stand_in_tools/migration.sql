-- Whether clients without prompts or resources get tools in their place.
ALTER TABLE "Server" ADD COLUMN "standInTools" BOOLEAN NOT NULL DEFAULT true;

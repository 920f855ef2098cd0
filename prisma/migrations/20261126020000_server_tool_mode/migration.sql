-- How the tools of a server are offered: every one is listed, or three that find and call the others.
ALTER TABLE "Server" ADD COLUMN "toolMode" TEXT NOT NULL DEFAULT 'list';

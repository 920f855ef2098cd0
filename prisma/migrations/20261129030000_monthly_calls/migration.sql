CREATE TABLE "MonthlyCalls" (
  "organizationId" TEXT NOT NULL,
  "serverId" TEXT NOT NULL,
  "month" TEXT NOT NULL,
  "calls" INTEGER NOT NULL,
  CONSTRAINT "MonthlyCalls_pkey" PRIMARY KEY ("serverId", "month")
);
CREATE INDEX "MonthlyCalls_organizationId_month_idx" ON "MonthlyCalls"("organizationId", "month");

ALTER TABLE "MonthlyCalls" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "MonthlyCalls" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "MonthlyCalls" USING (portico_sees("organizationId"));

-- What was called this month before anybody counted.
INSERT INTO "MonthlyCalls" ("organizationId", "serverId", "month", "calls")
SELECT event."organizationId", event."serverId", to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM'), count(*)::int
FROM "UsageEvent" AS event JOIN "Organization" AS organization ON organization.id = event."organizationId"
WHERE event.kind = 'call' AND event.outcome NOT IN ('blocked', 'declined', 'invalid_arguments')
  AND event."occurredAt" >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
GROUP BY event."organizationId", event."serverId";

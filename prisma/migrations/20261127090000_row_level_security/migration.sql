-- Behind the services, which name the organization in every query, PostgreSQL itself shows and takes rows of one organization only: the one
-- that `portico.organization` names. '*' is the installation's own work (signing in, serving, jobs, clean-up). Without the setting: nothing.

CREATE FUNCTION portico_sees(organization TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT current_setting('portico.organization', true) IN ('*', organization)
$$;

ALTER TABLE "Organization" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Organization" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "Organization" USING (portico_sees(id));

DO $$
DECLARE
  tenant TEXT;
BEGIN
  FOREACH tenant IN ARRAY ARRAY[
    'Member', 'Team', 'Invitation', 'ApiKey', 'OAuthClient', 'Document', 'DocumentRevision', 'Server', 'Version', 'Credential',
    'AccessGrant', 'Profile', 'ProfileValue', 'Connection', 'Job', 'UsageEvent', 'AuditEvent'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format('CREATE POLICY one_organization ON %I USING (portico_sees("organizationId"))', tenant);
  END LOOP;
END $$;

-- These belong to a row that belongs to an organization, and are seen where that row is.
ALTER TABLE "TeamMember" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "TeamMember" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "TeamMember"
  USING (portico_sees('*') OR EXISTS (SELECT 1 FROM "Team" WHERE "Team".id = "teamId"));
ALTER TABLE "ToolOverride" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ToolOverride" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "ToolOverride"
  USING (portico_sees('*') OR EXISTS (SELECT 1 FROM "Server" WHERE "Server".id = "serverId"));
ALTER TABLE "ToolsList" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ToolsList" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organization ON "ToolsList"
  USING (portico_sees('*') OR EXISTS (SELECT 1 FROM "Version" WHERE "Version".id = "versionId"));

-- The apps run as a role that owns no table; new months are made in the owner's name.
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION ensure_usage_partition(DATE) SECURITY DEFINER SET search_path = %s', current_setting('search_path'));
END $$;

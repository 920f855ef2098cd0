-- What a verb of an organization runs as (portico_app) sees no other one whatever it says: '*' counts for the installation's own work alone, which
-- runs as another role (portico_installation). A login that may make no roles is both, and goes by what it says.
CREATE OR REPLACE FUNCTION portico_sees(organization TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('portico.organization', true)
    WHEN '*' THEN current_user <> 'portico_app'
    ELSE current_setting('portico.organization', true) = organization
  END
$$;

-- An organization's identity provider speaks OpenID Connect or SAML 2.0. Of the latter: where people are sent, and what answers are signed with.
ALTER TABLE "SsoProvider" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'oidc',
ADD COLUMN "entryPoint" TEXT,
ADD COLUMN "certificates" TEXT[] DEFAULT ARRAY[]::TEXT[];

import { describe, expect, it } from "vitest";
import { DEVICE_GRANT, normalizeRegistration } from "./registration-policy.ts";

const register = (redirect_uris: unknown, more: object = {}) => normalizeRegistration({ redirect_uris, ...more });

describe("real clients", () => {
  it.each([
    { given: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"], want: "web" },
    { given: ["http://localhost:54212/callback"], want: "native" },
    {
      given: [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
      ],
      want: "native",
    },
    { given: ["https://vscode.dev/redirect", "http://127.0.0.1/", "http://127.0.0.1:33418/"], want: "native" },
    { given: ["https://chatgpt.com/connector_platform_oauth_redirect"], want: "web" },
  ])("$given is $want", ({ given, want }) =>
    expect(register(given)).toMatchObject({
      ok: true,
      registration: { application_type: want, token_endpoint_auth_method: "none" },
    }),
  );

  it("drops grants, scopes and members that we do not know", () => {
    const outcome = register(["http://127.0.0.1/"], {
      grant_types: ["authorization_code", "password"],
      scope: "openid weird",
      jwks_uri: "http://169.254.169.254/",
      logo_uri: "http://x/",
    });
    expect(outcome.ok && Object.keys(outcome.registration).sort()).toEqual([
      "application_type",
      "client_name",
      "grant_types",
      "redirect_uris",
      "response_types",
      "token_endpoint_auth_method",
    ]);
    expect(outcome.ok && outcome.registration.grant_types).toEqual(["authorization_code", "refresh_token"]);
  });
});

describe("programs in terminals", () => {
  const grantsOf = (body: object) => {
    const outcome = normalizeRegistration(body);
    return outcome.ok ? outcome.registration.grant_types : outcome.error;
  };
  it.each([
    { given: {}, want: ["refresh_token", DEVICE_GRANT] },
    { given: { redirect_uris: [] }, want: ["refresh_token", DEVICE_GRANT] },
    { given: { redirect_uris: ["http://127.0.0.1/"] }, want: ["authorization_code", "refresh_token", DEVICE_GRANT] },
    // Sites have a browser.
    { given: { redirect_uris: ["https://a.com/cb"] }, want: ["authorization_code", "refresh_token"] },
    { given: { redirect_uris: "x" }, want: "invalid_redirect_uri" },
    { given: { redirect_uris: null, grant_types: "x" }, want: "invalid_redirect_uri" },
    { given: { grant_types: ["authorization_code"] }, want: "invalid_redirect_uri" },
  ])("with $given have $want", ({ given, want }) =>
    expect(grantsOf({ grant_types: ["authorization_code", DEVICE_GRANT], ...given })).toEqual(want),
  );
  it("that go back to nowhere have no response type", () =>
    expect(normalizeRegistration({ grant_types: [DEVICE_GRANT] })).toMatchObject({
      registration: { redirect_uris: [], response_types: [], application_type: "native" },
    }));
});

describe("OA-23: refused redirect URIs", () => {
  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
    "http://example.com/cb",
    "https://a.com@evil.com/cb",
    "https://*.evil.com/cb",
    "https://a.com/cb#x",
    "https://a.com/c b",
    "https://a.com\\@evil.com",
    "//a.com/cb",
    "https://intranet/cb",
    `https://a.com/${"x".repeat(10_000)}`,
    "https://a.com/\u0000",
    7,
    null,
  ])("%j", (uri) => expect(register([uri])).toMatchObject({ ok: false, error: "invalid_redirect_uri" }));
  it("refuses none and too many", () => {
    expect(register([])).toMatchObject({ ok: false });
    expect(register(Array.from({ length: 1_001 }, (_, i) => `https://a.com/${i}`))).toMatchObject({ ok: false });
    expect(normalizeRegistration([])).toMatchObject({ ok: false, error: "invalid_client_metadata" });
  });
});

it("keeps a name readable and short", () => {
  const name = (client_name: unknown) => {
    const outcome = register(["https://a.com/cb"], { client_name });
    return outcome.ok ? outcome.registration.client_name : "";
  };
  expect(name("<b>Claude</b>\u202e\u200b")).toBe("bClaude/b");
  expect(name("x".repeat(50_000))).toHaveLength(100);
  expect(name(undefined)).toBe("Unnamed client");
});

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../types.ts";
import { convertCurl } from "./curl.ts";
import { splitCommands } from "./curl-words.ts";
import { isCurl } from "./recognize.ts";

const rootOf = (text: string): JsonObject => {
  const converted = convertCurl(text);
  if (!converted.ok) throw new Error(converted.message);
  return converted.root;
};
const operations = (text: string) => {
  const paths = rootOf(text).paths as Record<string, Record<string, JsonObject>>;
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
    ),
  );
};
const bodyOf = (text: string) => {
  const [operation] = Object.values(operations(text));
  const body = operation?.requestBody as
    | { content: Record<string, { schema: { properties?: JsonObject } }> }
    | undefined;
  return Object.entries(body?.content ?? {})[0];
};

describe("words", () => {
  it.each<[string, string[]]>([
    ["curl 'a b' \"c d\" e\\ f", ["curl", "a b", "c d", "e f"]],
    ["curl \\\n  -s \\\r\n  x", ["curl", "-s", "x"]],
    ["curl $'it\\'s \\u00e9\\n\\x41\\101'", ["curl", "it's é\nAA"]],
    ['curl "say \\"hi\\" \\$x \\n"', ["curl", 'say "hi" $x \\n']],
    ["curl 'it'\\''s'", ["curl", "it's"]],
    ["curl x > out.json", ["curl", "x"]],
    ["curl x # why", ["curl", "x"]],
    ['curl "https://a.example/?x=1^&y=2" ^\n  -H "a: b"', ["curl", "https://a.example/?x=1^&y=2", "-H", "a: b"]],
    ['curl ^"https://a.example/?x=1^&y=2^" ^\n  -H ^"a: b^"', ["curl", "https://a.example/?x=1&y=2", "-H", "a: b"]],
    [
      'curl.exe ^"https://a.example/^" ^\n --data-raw ^"^{^\\^"a^\\^":1^}^"',
      ["curl.exe", "https://a.example/", "--data-raw", '{"a":1}'],
    ],
    ['curl "https://a.example/" --data-raw "{""a"":""b""}"', ["curl", "https://a.example/", "--data-raw", '{"a":"b"}']],
    ['curl "https://a.example/" ^\r\n -d "{\\"a\\":1}"', ["curl", "https://a.example/", "-d", '{"a":1}']],
  ])("%j", (text, words) => {
    expect(splitCommands(text)[0]?.words).toEqual(words);
  });

  it("keeps commands apart", () => {
    const commands = splitCommands("# first\ncurl a; curl b && curl c | jq .\n\ncurl d");
    expect(commands.map(({ words }) => words.join(" "))).toEqual(["curl a", "curl b", "curl c", "jq .", "curl d"]);
    expect(commands[0]?.comment).toBe("first");
  });
});

describe("isCurl", () => {
  it.each([
    ["curl https://a.example", true],
    ["  $ curl -s https://a.example", true],
    ["# list\n\nTOKEN=1 curl https://a.example", true],
    ["curl.exe https://a.example", true],
    ["curl: a key of YAML", false],
    ["openapi: 3.1.0\ninfo:\n  description: curl https://a.example", false],
    ["curling", false],
  ])("%j is %s", (text, want) => {
    expect(isCurl(text)).toBe(want);
  });
});

describe("convertCurl", () => {
  it.each<[string, string]>([
    ["curl https://a.example/pets", "GET /pets"],
    ["curl a.example/pets", "GET /pets"],
    ["curl -I https://a.example/pets", "HEAD /pets"],
    ["curl -XPUT https://a.example/pets/7", "PUT /pets/{petId}"],
    ["curl --request PATCH --url https://a.example/pets/7", "PATCH /pets/{petId}"],
    ["curl https://a.example/pets -d a=1", "POST /pets"],
    ["curl -T x.bin https://a.example/pets/rex.png", "PUT /pets/rex.png"],
    ["curl -G https://a.example/pets -d a=1", "GET /pets"],
    ["curl -sSLkXDELETE https://a.example/categories/12/pets/13", "DELETE /categories/{categoryId}/pets/{petId}"],
    ["curl https://a.example/pets/f3b0a7d6-0d2f-4a54-9e38-3f1f6d5a0b11", "GET /pets/{petId}"],
    ["curl https://a.example/pets/{pet_id}", "GET /pets/{pet_id}"],
    ["curl https://a.example/pets/$PET_ID", "GET /pets/{PET_ID}"],
    ["curl https://a.example/pets/:id", "GET /pets/{id}"],
    ["curl https://a.example/v1/2024-05-01/report", "GET /v1/{date}/report"],
    ["curl https://a.example/2/tweets", "GET /2/tweets"],
  ])("%s is %s", (text, key) => {
    expect(Object.keys(operations(text))).toEqual([key]);
  });

  it("merges requests to one template, and finds what differs", () => {
    const text = ["ada", "bob", "eve"].map((name) => `curl https://a.example/users/${name}`).join("\n");
    expect(Object.keys(operations(text))).toEqual(["GET /users/{userId}"]);
    expect(
      Object.keys(operations("curl https://a.example/users/search\ncurl https://a.example/users/export")),
    ).toHaveLength(2);
  });

  it("requires a query parameter only when several requests all have it", () => {
    const { "GET /pets": two } = operations(
      "curl 'https://a.example/pets?q=a&page=1'\ncurl 'https://a.example/pets?q=b'",
    );
    expect(two?.parameters).toEqual([
      { name: "q", in: "query", required: true, schema: { type: "string" }, example: "a" },
      { name: "page", in: "query", schema: { type: "integer" }, example: 1 },
    ]);
    const { "GET /pets": one } = operations("curl 'https://a.example/pets?q=a&tag=x&tag=y'");
    expect(one?.parameters).toEqual([
      { name: "q", in: "query", schema: { type: "string" }, example: "a" },
      { name: "tag", in: "query", schema: { type: "array", items: { type: "string" } }, example: ["x"] },
    ]);
  });

  it.each<[string, string, JsonObject]>([
    [
      "-d a=1 -d b=x%20y",
      "application/x-www-form-urlencoded",
      { a: { type: "integer", examples: [1] }, b: { type: "string", examples: ["x y"] } },
    ],
    ["--data-urlencode 'q=a&b'", "application/x-www-form-urlencoded", { q: { type: "string", examples: ["a&b"] } }],
    [`-d '{"n":1}'`, "application/json", { n: { type: "integer", examples: [1] } }],
    [`--json '{"n":1.5}'`, "application/json", { n: { type: "number", examples: [1.5] } }],
    [
      `-H 'Content-Type: application/merge-patch+json; charset=utf-8' --data-raw '{"n":null}'`,
      "application/merge-patch+json",
      { n: { type: "null" } },
    ],
    [
      "-F file=@a.png -F 'name=x;type=text/plain'",
      "multipart/form-data",
      { file: { type: "string", format: "binary" }, name: { type: "string", examples: ["x"] } },
    ],
  ])("reads the body of %s", (options, mediaType, properties) => {
    const body = bodyOf(`curl https://a.example/x ${options}`);
    expect(body?.[0]).toBe(mediaType);
    expect(body?.[1].schema.properties).toEqual(properties);
  });

  const secret = "Zx9-very-secret-41";
  const basic = Buffer.from(`ada:${secret}`).toString("base64");
  it.each<[string, JsonObject]>([
    [`-H 'Authorization: Bearer ${secret}'`, { bearerAuth: { type: "http", scheme: "bearer" } }],
    [`-H 'authorization: Basic ${basic}'`, { basicAuth: { type: "http", scheme: "basic" } }],
    [`-H 'Authorization: Token ${secret}'`, { tokenAuth: { type: "http", scheme: "Token" } }],
    [`-H 'Authorization: ${secret}'`, { Authorization: { type: "apiKey", in: "header", name: "Authorization" } }],
    [`-u 'ada:${secret}'`, { basicAuth: { type: "http", scheme: "basic" } }],
    [`--oauth2-bearer ${secret}`, { bearerAuth: { type: "http", scheme: "bearer" } }],
    [`-H 'X-Api-Key: ${secret}'`, { "X-Api-Key": { type: "apiKey", in: "header", name: "X-Api-Key" } }],
    [
      `-H 'Ocp-Apim-Subscription-Key: ${secret}'`,
      { "Ocp-Apim-Subscription-Key": { type: "apiKey", in: "header", name: "Ocp-Apim-Subscription-Key" } },
    ],
    [`-H 'PRIVATE-TOKEN: ${secret}'`, { "PRIVATE-TOKEN": { type: "apiKey", in: "header", name: "PRIVATE-TOKEN" } }],
    [`-G -d 'api_key=${secret}'`, { api_key: { type: "apiKey", in: "query", name: "api_key" } }],
    [`-G -d 'access_token=${secret}'`, { access_token: { type: "apiKey", in: "query", name: "access_token" } }],
    [`-b 'session_id=${secret}; theme=dark'`, { session_id: { type: "apiKey", in: "cookie", name: "session_id" } }],
    [
      `-H 'Cookie: _ga=GA1.${secret}; connect.sid=${secret}'`,
      { "connect.sid": { type: "apiKey", in: "cookie", name: "connect.sid" } },
    ],
  ])("makes a security scheme of %s and forgets the secret", (options, schemes) => {
    const root = rootOf(`curl https://a.example/x?q=1 ${options}`);
    expect((root.components as JsonObject).securitySchemes).toEqual(schemes);
    const text = JSON.stringify(root);
    for (const part of [secret, encodeURIComponent(secret), basic, "GA1."]) expect(text).not.toContain(part);
  });

  it("forgets secrets wherever else they stand", () => {
    const text = JSON.stringify(
      rootOf(
        [
          `# uses ${secret}`,
          `curl 'https://ada:${secret}@a.example/bot${secret}/send' -H 'X-API-Key: ${secret}' -d '{"note":"${secret}","password":"p4ssw0rd!","client_secret":"abcdef"}'`,
          `curl https://a.example/hooks/T00/${"B1".repeat(12)}x9Q -F 'password=p4ssw0rd!' -F note=p4ssw0rd!`,
          `curl https://a.example/jwt -d '{"x":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_DEF-123"}'`,
        ].join("\n"),
      ),
    );
    for (const part of [secret, "p4ssw0rd", "abcdef", "B1B1", "eyJ"]) expect(text).not.toContain(part);
  });

  it("keeps headers of the API and drops those of the browser", () => {
    const [operation] = Object.values(
      operations(
        "curl https://a.example/x -H 'Accept: */*' -H 'User-Agent: x' -H 'sec-fetch-mode: cors' -H 'Origin: https://b.example' -H 'X-CSRF-Token: abcdef' -H 'X-Tenant: acme' -H 'Api-Version: 2024-01-01'",
      ),
    );
    expect(operation?.parameters).toEqual([
      { name: "X-Tenant", in: "header", schema: { type: "string" }, example: "acme" },
      {
        name: "Api-Version",
        in: "header",
        required: true,
        schema: { type: "string", default: "2024-01-01" },
        example: "2024-01-01",
      },
    ]);
  });

  it("gives a second host an address of its own", () => {
    const root = rootOf("curl https://a.example/x\ncurl https://a.example/y\ncurl https://b.example/z");
    expect(root.servers).toEqual([{ url: "https://a.example" }]);
    expect((root.paths as JsonObject)["/z"]).toMatchObject({ get: { servers: [{ url: "https://b.example" }] } });
  });

  it.each([
    ["curl ftp://a.example/x", "expected curl with an http or https address"],
    ["curl", "expected curl"],
    ["curl -d @secrets.json", "expected curl"],
    ["curl 'https://a.example/unclosed -H ", undefined],
    ["curl $'\\U99999999' https://a.example/", undefined],
    [`curl https://a.example/${"a/".repeat(5_000)}`, undefined],
    [`curl ${"'".repeat(999)}`, "expected curl"],
  ])("never throws: %.60s", (text, message) => {
    const converted = convertCurl(text);
    if (message) expect(converted).toMatchObject({ ok: false, message: expect.stringContaining(message) });
    else expect(converted.ok).toBe(true);
  });

  it("says what was left out", () => {
    const codes = (text: string) => convertCurl(text).diagnostics.map(({ code }) => code);
    expect(codes("curl https://a.example/x\njq . y")).toEqual(["commands_left_out"]);
    expect(codes("curl https://a.example/x --aws-sigv4 aws:amz:us-east-1:s3 -u a:b")).toEqual(["security_left_out"]);
    expect(codes("curl https://a.example/x -d @body.json")).toEqual(["body_in_file"]);
    expect(codes("curl -X PURGE https://a.example/x\ncurl https://a.example/y")).toEqual(["method_left_out"]);
  });
});

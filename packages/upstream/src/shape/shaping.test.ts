import { type AnswerShape, estimateTokens, parseAnswerPath } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import type { UpstreamResponse } from "../types.ts";
import { type AnswerField, answerTree } from "./answer-tree.ts";
import { expressionProblem, runExpression } from "./expression.ts";
import { selectFields } from "./select-fields.ts";
import { shapeResponse } from "./shape-response.ts";
import { suggestShape } from "./suggest-shape.ts";
import { writeAnswer } from "./write-answer.ts";

const answer = {
  data: [
    { id: 1, name: "Ada", owner: { login: "ada", url: "https://x" }, tags: ["a", "b"] },
    { id: 2, name: "Bob", owner: { login: "bob", url: "https://y" }, tags: [] },
  ],
  has_more: true,
  "odd.name": 3,
};

describe("paths", () => {
  it.each<[string, unknown]>([
    ["data[].owner.login", ["data", null, "owner", "login"]],
    ["[].id", [null, "id"]],
    ["[][].id", [null, null, "id"]],
    ['"odd.name"', ["odd.name"]],
    ['a."b c"[]', ["a", "b c", null]],
  ])("%s", (text, path) => expect(parseAnswerPath(text)).toEqual(path));

  it.each(["", ".", "a.", "a..b", "a[0]", "a[", 'a."b', "a b", "a]"])("%j is none", (text) =>
    expect(parseAnswerPath(text)).toBeUndefined(),
  );
});

describe("selectFields", () => {
  it.each<[string, Parameters<typeof selectFields>[1], unknown]>([
    ["everything", {}, answer],
    ["kept fields of items", { keep: ["data[].id"] }, { data: [{ id: 1 }, { id: 2 }] }],
    [
      "a kept subtree",
      { keep: ["data[].owner"], drop: ["data[].owner.url"] },
      { data: [{ owner: { login: "ada" } }, { owner: { login: "bob" } }] },
    ],
    ["a dropped list", { drop: ["data"] }, { has_more: true, "odd.name": 3 }],
    [
      "a dropped field of items",
      { drop: ["data[].owner", "data[].tags", "data[].name"] },
      { data: [{ id: 1 }, { id: 2 }], has_more: true, "odd.name": 3 },
    ],
    [
      "new names",
      { keep: ["has_more", '"odd.name"'], rename: { has_more: "more", '"odd.name"': "odd" } },
      { more: true, odd: 3 },
    ],
    [
      "a name that is taken",
      { keep: ["has_more", '"odd.name"'], rename: { has_more: "data" } },
      { has_more: true, "odd.name": 3 },
    ],
    ["a path that leads nowhere", { keep: ["has_more", "gone.id", "data.id", "has_more[].x"] }, { has_more: true }],
    ["nothing", { keep: ["gone"] }, undefined],
    ["items of which nothing is left", { keep: ["data[].gone"] }, { data: [{}, {}] }],
    ["items of lists of scalars", { keep: ["data[].tags[]"] }, { data: [{ tags: ["a", "b"] }, { tags: [] }] }],
  ])("%s", (_name, selection, want) => {
    const before = structuredClone(answer);
    expect(selectFields(answer, selection)).toEqual(want);
    expect(answer).toEqual(before);
  });

  it("keeps a field that objects have by themselves as one of the answer's own", () => {
    const value = JSON.parse('{"__proto__":{"x":1},"a":2}');
    const kept = selectFields(value, { keep: ["__proto__"] }) as object;
    expect(JSON.stringify(kept)).toBe('{"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  });
});

describe("writeAnswer", () => {
  const rows = [
    { id: 1, note: "a|b\nc", owner: { login: "ada" }, labels: [{ name: "x" }, { name: "y" }] },
    { id: 2, note: 'say "hi", you', extra: null },
  ];
  it("writes a list as a table, one item a row", () => {
    expect(writeAnswer(rows, "table")).toBe(
      ["|id|note|owner.login|labels|extra|", "|-|-|-|-|-|", "|1|a\\|b c|ada|x, y||", '|2|say "hi", you||||'].join("\n"),
    );
  });
  it("writes CSV with what has to be quoted in quotes", () => {
    expect(writeAnswer(rows, "csv")).toBe(
      ["id,note,owner.login,labels,extra", '1,"a|b\nc",ada,"x, y",', '2,"say ""hi"", you",,,'].join("\n"),
    );
  });
  it("puts what stands beside the list before it", () => {
    expect(writeAnswer({ has_more: true, data: [{ id: 1 }] }, "table")).toBe("has_more: true\n\n|id|\n|-|\n|1|");
    expect(writeAnswer({ page: { items: [{ id: 1 }], next: "n" } }, "csv")).toBe("page:\n  next: n\n\nid\n1");
  });
  it.each<[unknown, string]>([
    [{ a: 1, b: { c: [1, 2], d: [{ e: null }] }, f: "x\ny" }, "a: 1\nb:\n  c: 1, 2\n  d:\n    - e: \nf: x\n  y"],
    [[], "(none)"],
    [{}, "(nothing)"],
    ["text", "text"],
    [[[1], { a: 1, b: 2 }], "- - 1\n- a: 1\n  b: 2"],
  ])("writes %j as lines", (value, want) => {
    expect(writeAnswer(value, "text")).toBe(want);
    expect(writeAnswer([1, 2], "table")).toBe("- 1\n- 2");
  });
});

describe("expressions", () => {
  it.each<[string, unknown]>([
    [
      "data[].{id: id, by: owner.login}",
      [
        { id: 1, by: "ada" },
        { id: 2, by: "bob" },
      ],
    ],
    ["data[?id > `1`].name | [0]", "Bob"],
    ["gone", null],
    ["join(', ', data[].name)", "Ada, Bob"],
    [
      `{${Array.from({ length: 30 }, (_, index) => `f${index}: f${index}`).join()}}`,
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, null])),
    ],
  ])("%s", (expression, want) => expect(runExpression(expression, answer, 100)).toEqual({ value: want }));

  it.each<[string, RegExp]>([
    ["data[", /cannot be read/],
    ["nonsense(data)", /nonsense/],
    ["length(has_more)", /length/],
    [Array.from({ length: 40 }, () => "[@,@][]").join(" | "), /many times larger/],
    [Array.from({ length: 8 }, () => "to_string(@)").join(" | "), /many times larger/],
    ['data[].[`"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`]', /many times larger/],
    ["join(a, b)", /written out/],
    ["a".repeat(2_001), /2001 characters/],
  ])("%s is refused", (expression, problem) => {
    const found = runExpression(expression, answer, 100);
    expect("problem" in found && found.problem).toMatch(problem);
  });

  it("takes no answer that is too large, and reads nothing but the answer", () => {
    expect(runExpression("data", answer, 5_000_000)).toMatchObject({ problem: expect.stringMatching(/ask for less/) });
    expect(JSON.stringify(runExpression("constructor.constructor", {}, 2))).toBe('{"value":null}');
    expect(expressionProblem("data[].id")).toBeUndefined();
  });
});

function respond(body: string, more: Partial<UpstreamResponse> = {}): UpstreamResponse {
  const bytes = new TextEncoder().encode(body);
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: bytes,
    truncated: false,
    bytes: bytes.length,
    url: "https://api.example.com/things",
    durationMs: 1,
    ...more,
  };
}

function shaped(shape: AnswerShape, body: string, more: Partial<UpstreamResponse> = {}) {
  const plan = { method: "GET", response: { accept: "application/json", contentTypes: ["application/json"] } };
  const tool = { name: "list_things", plan, shape } as unknown as Parameters<typeof shapeResponse>[0];
  return shapeResponse(tool, respond(body, more));
}

function textOf({ result }: ReturnType<typeof shaped>): string {
  return result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
}

describe("an answer with a shape", () => {
  const SECRET = "the salary that nobody is to see";
  const many = JSON.stringify({
    data: Array.from({ length: 300 }, (_, id) => ({ id, salary: SECRET, note: "x".repeat(50) })),
  });

  it("is selected, renamed, capped and written", () => {
    const done = shaped({ keep: ["data[].id"], rename: { "data[].id": "number" }, itemsMax: 2 }, many);
    expect(done.result.structuredContent).toEqual({ data: [{ number: 0 }, { number: 1 }] });
    expect(textOf(done)).toMatch(/^\{"data":\[\{"number":0\},\{"number":1\}\]\}\nShortened: 298 more list items/);
  });

  it("gives nothing away of what was left out, not in what is kept of a long answer either", () => {
    const done = shaped({ drop: ["data[].salary"], tokensMax: 500 }, many);
    expect(estimateTokens(textOf(done).split("\n")[0])).toBeLessThanOrEqual(500);
    expect(done.leftover).toBeDefined();
    expect(Buffer.from(done.leftover?.data ?? []).toString()).toContain('"id":299');
    expect(JSON.stringify(done) + Buffer.from(done.leftover?.data ?? []).toString()).not.toContain(SECRET);
  });

  it.each<[string, string, Partial<UpstreamResponse>]>([
    ["was not read to its end", many, { truncated: true }],
    ["was not read to its end and is huge", `[${many.repeat(200)}`, { truncated: true }],
    ["is broken", `${many.slice(0, -2)}}`, {}],
    ["is nested too deep", `{"data":${"[".repeat(3_000)}"${SECRET}"${"]".repeat(3_000)}}`, {}],
  ])("is not shown as it came when it %s", (_what, body, more) => {
    const done = shaped({ keep: ["data"], drop: ["data[].salary"] }, body, more);
    expect(done.result.isError).toBe(true);
    expect(textOf(done)).toMatch(/could not be brought into the form/);
    expect(JSON.stringify(done)).not.toContain(SECRET);
    expect(done.leftover).toBeUndefined();
  });

  it("says so when none of its fields are left", () => {
    const done = shaped({ keep: ["items[].id"] }, many);
    expect(textOf(done)).toMatch(/none of the fields/);
    expect(done.diagnostic).toMatch(/may have changed/);
  });

  it("is an error when its expression fails, with no word of the answer", () => {
    const done = shaped({ expression: "sum(data)" }, many);
    expect(done.result.isError).toBe(true);
    expect(JSON.stringify(done)).not.toContain(SECRET);
  });

  it.each(["table", "csv", "text"] as const)("as %s comes without a second copy, within its tokens", (format) => {
    const done = shaped({ format, drop: ["data[].salary"], tokensMax: 400 }, many);
    expect(done.result.structuredContent).toBeUndefined();
    const [text = ""] = done.result.content.map((block) => (block.type === "text" ? block.text : ""));
    expect(estimateTokens(text)).toBeLessThanOrEqual(400);
    expect(text.split("\n").length).toBeGreaterThan(3);
  });

  it("leaves errors of the API as they are", () => {
    const done = shaped({ keep: ["data[].id"] }, JSON.stringify({ message: "no such page" }), { status: 404 });
    expect(textOf(done)).toContain("no such page");
  });
});

describe("answerTree", () => {
  it("takes the items of a list together", () => {
    const tree = answerTree(answer);
    const find = (field: AnswerField, path: string): AnswerField | undefined =>
      field.path === path ? field : field.fields.map((one) => find(one, path)).find(Boolean);
    expect(find(tree, "data")).toMatchObject({ items: 2, types: ["list"] });
    expect(find(tree, "data[].owner.login")).toMatchObject({ seen: 2, example: '"ada"', types: ["text"] });
    expect(find(tree, '"odd.name"')).toMatchObject({ name: "odd.name" });
    expect(tree.chars).toBeGreaterThan(JSON.stringify(answer).length * 0.8);
    expect(tree.chars).toBeLessThan(JSON.stringify(answer).length * 1.2);
  });

  it("ends somewhere", () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, { x: index }]));
    const count = (field: AnswerField): number => 1 + field.fields.reduce((sum, one) => sum + count(one), 0);
    expect(count(answerTree(wide))).toBeLessThanOrEqual(2_001);
    let deep: unknown = 1;
    for (let index = 0; index < 400; index++) deep = { deep };
    expect(count(answerTree(deep))).toBeLessThan(20);
  });
});

/** A pull request as a code host lists it: much is addresses. Ours, not theirs. */
function pullRequest(index: number) {
  const at = `https://code.example.com/api/repos/acme/shop/pulls/${index}`;
  const person = (login: string) => ({
    login,
    id: 1_000 + index,
    node_id: `MDQ6VXNlcj${index}`,
    avatar_url: `https://avatars.example.com/u/${index}?v=4`,
    url: `https://code.example.com/api/users/${login}`,
    html_url: `https://code.example.com/${login}`,
    followers_url: `https://code.example.com/api/users/${login}/followers`,
    repos_url: `https://code.example.com/api/users/${login}/repos`,
    type: "User",
    site_admin: false,
  });
  return {
    url: at,
    id: 50_000 + index,
    node_id: `PR_kwDOABCD${index}`,
    html_url: `https://code.example.com/acme/shop/pull/${index}`,
    diff_url: `${at}.diff`,
    patch_url: `${at}.patch`,
    issue_url: `${at}/issue`,
    number: index,
    state: index % 2 ? "open" : "closed",
    locked: false,
    title: `Fix the basket, part ${index}`,
    user: person("ada"),
    body: "What was wrong, and how it was found. ".repeat(12),
    labels: [{ id: 1, node_id: "LA_1", url: `${at}/labels/bug`, name: "bug", color: "d73a4a", default: true }],
    created_at: "2026-05-01T10:00:00Z",
    updated_at: "2026-05-02T11:30:00Z",
    closed_at: null,
    merge_commit_sha: "e5bd3914e2e596debea16f433f57875b5b90bcd6",
    assignee: person("bob"),
    head: { label: "acme:fix", ref: "fix", sha: "6dcb09b5b57875f334f61aebed695e2e4193db5e", user: person("acme") },
    _links: { self: { href: at }, html: { href: at }, issue: { href: at } },
    draft: false,
  };
}

/** A charge as a payment service lists it. Ours, not theirs. */
function charge(index: number) {
  return {
    id: `ch_${index}aBcDeFgHiJkLmNoP`,
    object: "charge",
    amount: 1_000 + index,
    amount_captured: 1_000 + index,
    amount_refunded: 0,
    application: null,
    balance_transaction: `txn_${index}QrStUvWxYz`,
    billing_details: {
      address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
      email: `person${index}@example.com`,
      name: null,
      phone: null,
    },
    captured: true,
    created: 1_780_000_000 + index,
    currency: "eur",
    customer: `cus_${index}`,
    description: "A book",
    livemode: false,
    metadata: { order: String(index) },
    outcome: {
      network_status: "approved_by_network",
      reason: null,
      risk_level: "normal",
      seller_message: "Payment complete.",
      type: "authorized",
    },
    paid: true,
    payment_method: `pm_${index}`,
    payment_method_details: {
      card: {
        brand: "visa",
        checks: { cvc_check: "pass" },
        country: "DE",
        exp_month: 8,
        exp_year: 2029,
        fingerprint: "Xt5EWLLDS7FJjR1c",
        funding: "credit",
        last4: "4242",
        network: "visa",
      },
      type: "card",
    },
    receipt_url: `https://pay.example.com/receipts/${index}`,
    refunded: false,
    status: index % 3 ? "succeeded" : "failed",
  };
}

describe("suggestShape", () => {
  const count = 30;
  const of = <T>(make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index + 1));
  it.each<[string, unknown, string[]]>([
    ["pull requests", of(pullRequest), ["[].number", "[].title", "[].state", "[].user.login"]],
    [
      "charges",
      { object: "list", url: "/v1/charges", has_more: true, data: of(charge) },
      ["has_more", "data[].id", "data[].amount", "data[].status"],
    ],
  ])("makes a list of %s 15 %% of its tokens or less, and keeps what people ask about", (_what, value, wanted) => {
    const shape = suggestShape(value);
    expect(shape?.keep).toEqual(expect.arrayContaining(wanted));
    expect(
      shape?.keep?.filter((path) => /url|href|node_id|sha|object|livemode/.test(path) && !/html_url/.test(path)),
    ).toEqual([]);
    const done = shaped(shape ?? {}, JSON.stringify(value));
    expect(estimateTokens(textOf(done)) / estimateTokens(value)).toBeLessThanOrEqual(0.15);
    // All items are there.
    expect(
      textOf(done)
        .split("\n")
        .filter((line) => /ada|ch_/.test(line)),
    ).toHaveLength(count);
  });

  it("says the same each time, and nothing of what is small", () => {
    expect(suggestShape(of(pullRequest))).toEqual(suggestShape(of(pullRequest)));
    expect(suggestShape(answer)).toBeUndefined();
    expect(suggestShape("x".repeat(10_000))).toBeUndefined();
    expect(suggestShape(null)).toBeUndefined();
  });

  it("keeps of one thing what is worth reading", () => {
    const shape = suggestShape({ ...pullRequest(1), base: pullRequest(2) });
    expect(shape?.format).toBeUndefined();
    expect(shape?.keep).toEqual(expect.arrayContaining(["number", "title", "state"]));
  });
});

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planOf, responseOf, toolOf } from "../testing.ts";
import type { ToolResult, UpstreamResponse } from "../types.ts";
import { htmlToText } from "./html.ts";
import { dispositionName, withLink } from "./leftover.ts";
import { maskBytes, maskSecrets } from "./mask.ts";
import { wholeRows } from "./rows.ts";
import { shapeResponse } from "./shape-response.ts";
import { xmlToJson } from "./xml.ts";

const PDF = Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3", "latin1");
const PNG = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
const WEBP = Buffer.from("RIFF\x10\0\0\0WEBPVP8 ", "latin1");
const ZIP = Buffer.from("PK\x03\x04\x14\0\0\0", "latin1");
const utf16 = (text: string, isBig = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return isBig ? bytes.swap16() : bytes;
};

const shape = (body: string | Uint8Array, type = "", parts: Partial<UpstreamResponse> = {}, budget = {}) =>
  shapeResponse(toolOf(), { ...responseOf(body, { "content-type": type }), ...parts }, budget);
const textOf = ({ content }: ToolResult) =>
  content.map((item) => (item.type === "text" ? item.text : `<${item.type}>`)).join("\n");

describe("what an answer is", () => {
  it.each<[string, string, string | Uint8Array, string]>([
    ["JSON without a type", "", '{"a":1}', '{"a":1}'],
    ["JSON as bytes", "application/octet-stream", '{"a":1}', '{"a":1}'],
    ["JSON as a page", "text/html", '{"a":1}', '{"a":1}'],
    ["JSON of a vendor", "application/vnd.api+json; charset=utf-8", '{"a":1}', '{"a":1}'],
    ["JSON with a mark", "application/json", '\ufeff{"a":"ü"}', '{"a":"ü"}'],
    ["JSON in UTF-16", "application/json", utf16('{"a":"ü"}'), '{"a":"ü"}'],
    ["JSON in UTF-16 without a mark", "application/json", Buffer.from('{"a":"ü"}', "utf16le"), '{"a":"ü"}'],
    ["a type that is none", "json", '{"a":1}', '{"a":1}'],
    ["JSON lines", "application/x-ndjson", '{"a":1}\n{"a":2}\n', '[{"a":1},{"a":2}]'],
    ["JSON lines, one", "application/jsonl", '{"a":1}', '[{"a":1}]'],
    ["JSON lines as JSON", "application/json", '{"a":1}\r\n\r\n{"a":2}', '[{"a":1},{"a":2}]'],
    ["JSON lines without a type", "", '{"a":1}\n{"a":2}', '[{"a":1},{"a":2}]'],
    ["a JSON sequence", "application/json-seq", '\u001e{"a":1}\n\u001e{\n"a":2}\n', '[{"a":1},{"a":2}]'],
    ["JSON lines of long ids", "application/jsonl", "12345678901234567890", '["12345678901234567890"]'],
    ["broken JSON lines", "application/jsonl", '{"a":1}\n{"a":', '{"a":1}\n{"a":'],
    ["XML", "application/xml", '<a b="1"><c>x</c><c/></a>', '{"a":{"@b":"1","c":["x",""]}}'],
    ["XML of a kind", "application/atom+xml", "<feed><id>1</id></feed>", '{"feed":{"id":"1"}}'],
    ["XML without a type", "", '<?xml version="1.0"?><a>1</a>', '{"a":"1"}'],
    ["prose in XML", "text/xml", "<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"],
    ["broken XML", "text/xml", "<a><b></a>", "<a><b></a>"],
    [
      "XML in its own charset",
      "text/xml",
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xfc</a>', "latin1"),
      '{"a":"ü"}',
    ],
    ["a drawing", "image/svg+xml", "<svg><g/></svg>", "<svg><g/></svg>"],
    ["a page", "text/html", "<h1>A</h1><p>b", "# A\n\nb"],
    ["a page in its own charset", "text/html", Buffer.from('<meta charset="windows-1252"><p>\x80 5', "latin1"), "€ 5"],
    ["text in no charset", "text/plain", Buffer.from("gr\xfcn", "latin1"), "grün"],
    ["text in Shift_JIS", "text/plain; charset=Shift_JIS", Buffer.from([0x93, 0xfa, 0x96, 0x7b]), "日本"],
    ["text in UTF-16", "text/plain", utf16("grün", true), "grün"],
    ["text in a charset that nobody knows", "text/plain; charset=klingon", "plain", "plain"],
    ["text as bytes", "application/octet-stream", "plain", "plain"],
    ["a picture", "image/png", PNG, "<image>"],
    ["a picture as another", "image/png", JPEG, "<image>"],
    ["a picture as JSON", "application/json", WEBP, "<image>"],
    ["a picture as bytes", "binary/octet-stream", PNG, "<image>"],
    ["a sound", "audio/mpeg", Buffer.from([0xff, 0xfb]), "<audio>"],
    ["a PDF", "application/pdf", PDF, "<resource>"],
    ["a PDF as text", "text/plain", PDF, "<resource>"],
    ["an archive", "application/zip", ZIP, "<resource>"],
    ["bytes as text", "text/plain", Buffer.from([1, 0, 2, 255]), "<resource>"],
    ["bytes", "", Buffer.from([255, 254, 253].reverse()), "<resource>"],
    ["a film", "video/mp4", Buffer.from("....ftyp"), "<resource>"],
    ["nothing", "application/pdf", "", "Done: 200 OK, without content."],
  ])("%s", (_name, type, body, want) => expect(textOf(shape(body, type).result)).toBe(want));

  it.each([
    ["image/png", JPEG, "image/jpeg"],
    ["application/json", PDF, "application/pdf"],
    [
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      ZIP,
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ],
    ["application/octet-stream", ZIP, "application/zip"],
    ["text/csv", gzipSync("a"), "application/gzip"],
    ['text/x"; y', Buffer.from([0, 255]), "application/octet-stream"],
  ])("what is said to be %s is named by what it is", (type, body, want) => {
    const [item] = shape(body, type).result.content;
    expect(item?.type === "image" ? item.mimeType : item?.type === "resource" && item.resource.mimeType).toBe(want);
  });
});

describe("pages", () => {
  const page = (html: string) => htmlToText(html, "https://a.example/dir/?key=1");
  it.each<[string, string, string]>([
    ["headings", "<h2>One</h2><h3> Two\n </h3>x", "## One\n\n### Two\n\nx"],
    ["the title", "<title>A &amp; B</title><p>text", "# A & B\n\ntext"],
    ["a title that is there already", "<title>A</title><h1>A</h1>", "# A"],
    ["paragraphs and breaks", "<p>a<br>b</p><p>c", "a\nb\n\nc"],
    ["lists", "<ul><li>a<li><p>b</p><ol><li>c</ol></ul>d", "- a\n- b\n  1. c\n\nd"],
    ["empty items", "<ul><li></li><li>b</li></ul>", "- \n- b"],
    ["links", '<a href="../x?a=1&amp;b">here</a>', "here (https://a.example/x?a=1&b)"],
    ["links that are their own text", '<a href="https://b.example/">https://b.example/</a>', "https://b.example/"],
    ["links that nobody can follow", '<a href="javascript:x()">a</a><a href="#b">b</a><a href="data:x">c</a>', "abc"],
    ["tables", "<table><tr><th>A<th>B</tr><tr><td><p>1</p><td>2</tr></table>", "A | B\n--- | ---\n1 | 2"],
    ["empty cells", "<table><tr><td></td><td>2</td></tr><tr><td>3</td><td></td></tr></table>", "| 2\n3 |"],
    ["preformatted text", "<pre>a\n  b</pre>", "```\na\n  b\n```"],
    ["what is not read", "a<script>if (x<y) '</p>'</script><style>p{}</style><!-- c --><noscript>n</noscript>b", "ab"],
    ["pictures", '<img src=x alt="A cat">', "[image: A cat]"],
    ["hidden fields", '<input type=hidden value=secret><input value="seen">', "seen"],
    ["references", "&lt;b&gt; &euro;&#8364;&#x20ac; &nope; &#0; &#xd800;", "<b> €€€ &nope; &#0; &#xd800;"],
    ["white space", " a \n\n  b<b> c</b>d ", "a b cd"],
    ["signs that are no tags", "1 < 2 and 3 > 2", "1 < 2 and 3 > 2"],
    ["a tag that never ends", 'a<b href="x', "a"],
    ["a comment that never ends", "a<!-- b", "a"],
  ])("%s", (_name, html, want) => expect(page(html)).toBe(want));

  it.each([
    "<",
    "<a ",
    "<!--",
    '<a b="',
    "<a =",
    "<script>",
    "</",
    "<ul><li>",
    "<td>",
    "&#",
    "<![CDATA[",
    "<!DOCTYPE [",
    "<svg>",
    "<title>",
  ])("takes time in proportion to %s", (part) => {
    // A walk that looks back would take hours for this.
    const text = part.repeat(400_000);
    expect(page(text).length).toBeLessThanOrEqual(8_000_000);
    expect(xmlToJson(`<r>${text}`)).toBeUndefined();
  });

  it("stay readable however many links they have", () => {
    const html = `<a href="${"x".repeat(400)}">y</a>`.repeat(20_000);
    expect(page(html).length).toBeLessThan(4_100_000);
  });
});

describe("XML", () => {
  it.each<[string, string, unknown]>([
    ["attributes beside text", '<a x="1">t</a>', { a: { "@x": "1", "#text": "t" } }],
    ["namespaces", '<s:a xmlns:s="u" s:b="1"/>', { "s:a": { "@s:b": "1" } }],
    ["CDATA", "<a><![CDATA[<b>&amp;]]></a>", { a: "<b>&amp;" }],
    ["references", "<a>&lt;&#65;&#x42;&quot;</a>", { a: '<AB"' }],
    ["a document type", '<!DOCTYPE a [<!ELEMENT a (#PCDATA)>\n<!ENTITY b "]>">]><a>1</a>', { a: "1" }],
    ["an own entity", '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>', { a: "&b;" }],
    ["a file", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', { a: "&b;" }],
    ["a prototype", "<a><__proto__><x>1</x></__proto__></a>", JSON.parse('{"a":{"__proto__":{"x":"1"}}}')],
    ["two roots", "<a/><b/>", undefined],
    ["no root", "text", undefined],
    ["an open end", "<a>", undefined],
    ["a stray end", "</a>", undefined],
    ["depth", `${"<a>".repeat(200)}${"</a>".repeat(200)}`, undefined],
  ])("%s", (_name, xml, want) => expect(xmlToJson(xml)).toEqual(want));

  it("expands no bomb", () => {
    const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("");
    const bomb = `<?xml version="1.0"?><!DOCTYPE z [<!ENTITY e0 "lol">${entities}]><z>&e20;</z>`;
    expect(textOf(shape(bomb, "application/xml").result)).toBe('{"z":"&e20;"}');
  });

  it("is shortened as lists are", () => {
    const { result, leftover } = shape(`<r>${"<i>x</i>".repeat(3_000)}</r>`, "text/xml");
    expect(textOf(result)).toContain("2000 more list items");
    expect(leftover).toMatchObject({ isShown: true, mimeType: "text/xml; charset=utf-8" });
  });
});

describe("rows", () => {
  it.each<[string, number, string, number]>([
    ["a,b\n1,2\n", 100, "a,b\n1,2\n", 0],
    ["a,b\n1,2\n3,4\n5,6", 9, "a,b\n1,2\n", 2],
    ['a\n"x\ny"\nz\n', 5, "a\n", 2],
    ["aaaaaaaaaa", 5, "aaaaa", 1],
  ])("%j within %s", (text, max, shown, left) => expect(wholeRows(text, max)).toEqual({ shown, left }));

  it("says how many are left out, and keeps all of them", () => {
    const { result, leftover } = shape(`id,name\n${"1,x\n".repeat(100)}`, "text/csv", {}, { textCharsMax: 50 });
    expect(textOf(result)).toMatch(/^id,name\n(1,x\n)+\nShortened: 90 more rows are left out\./);
    expect(leftover).toMatchObject({ mimeType: "text/csv; charset=utf-8", name: "thing.csv" });
    expect(leftover?.data.length).toBe(408);
  });
});

describe("what does not fit", () => {
  const link = { url: "https://p.example/files/t", minutes: 15 };
  it.each<[string, string, string | Uint8Array, object, string]>([
    [
      "a PDF",
      "application/pdf",
      PDF,
      {},
      `The answer is a file: thing.pdf (application/pdf, 14 bytes). It can be downloaded at ${link.url}, for 15 minutes.\n<resource_link>`,
    ],
    [
      "a large picture",
      "image/png",
      PNG,
      { binaryBytesMax: 5 },
      `The answer is a file: thing.png (image/png, 16 bytes). It can be downloaded at ${link.url}, for 15 minutes.\n<resource_link>`,
    ],
    [
      "a long text",
      "text/plain",
      "abcdef",
      { textCharsMax: 3 },
      `abc\nShortened: the first 3 characters are shown of 6.\nThe whole answer (6 bytes) is at ${link.url}, for 15 minutes.`,
    ],
    [
      "a long list",
      "application/json",
      "[1,2,3]",
      { arrayItemsMax: 2 },
      `[1,2]\nShortened: 1 more list items left out. Ask for a page, a filter or fewer fields to see more.\nThe whole answer (7 bytes) is at ${link.url}, for 15 minutes.`,
    ],
  ])("%s is linked", (_name, type, body, budget, want) => {
    const { result, leftover } = shape(body, type, {}, budget);
    if (!leftover) throw new Error("nothing is left over");
    expect(textOf(withLink(result, leftover, link, { hasResourceLinks: true }))).toBe(want);
    expect(textOf(withLink(result, leftover, link, { hasResourceLinks: false }))).toBe(
      want.replace("\n<resource_link>", ""),
    );
    expect(textOf(withLink(result, leftover, { refused: "No room." }, { hasResourceLinks: true }))).toBe(
      `${textOf(result)}\nNo room.`,
    );
  });

  it("says when even the link has only the beginning", () => {
    const { result, leftover } = shape("abc", "text/plain", { truncated: true });
    if (!leftover) throw new Error("nothing is left over");
    expect(textOf(withLink(result, leftover, link, { hasResourceLinks: true }))).toContain(
      "The first 3 bytes of the answer are at",
    );
  });

  describe("of text that was too long to read", () => {
    const LONG = 1_200_000;
    const cutOff = (text: string, type = "application/json", secrets: string[] = []) =>
      shapeResponse(toolOf(), { ...responseOf(text, { "content-type": type }), truncated: true }, {}, { secrets });

    it.each([
      ["application/json", `["${"x".repeat(LONG)}`],
      ["text/plain", "über ".repeat(LONG / 5)],
      ["application/xml", `<a>${"x".repeat(LONG)}`],
      ["text/csv", "a,b\n1,2\n".repeat(LONG / 8)],
      ["text/html", `<p>${"x".repeat(LONG)}`],
      ["application/x-ndjson", '{"a":"xxxxxxxx"}\n'.repeat(LONG / 17)],
    ])("%s: the beginning is shown, and all that was read is kept", (type, text) => {
      const { result, leftover } = cutOff(text, type);
      const [shown = { type: "text", text: "" }, note] = result.content as { text: string }[];
      expect((shown as { text: string }).text.length).toBeLessThanOrEqual(100_000);
      expect((shown as { text: string }).text.length).toBeGreaterThan(10_000);
      expect(note?.text).toMatch(/^Shortened: /);
      expect(leftover).toMatchObject({
        isShown: true,
        isCut: true,
        mimeType: expect.stringContaining("charset=utf-8"),
      });
      const kept = Buffer.from(leftover?.data ?? []).toString("utf8");
      expect(kept).toBe(type === "text/html" ? text.slice(3) : text);
    });

    it("hides secrets in both, also where showing ends", () => {
      for (const start of [10, 99_990, 1_150_000]) {
        const { result, leftover } = cutOff(`${" ".repeat(start)}top-secret-value${"x".repeat(LONG)}`, "text/plain", [
          "top-secret-value",
        ]);
        expect(textOf(result)).not.toContain("top-secret");
        expect(Buffer.from(leftover?.data ?? []).toString("utf8")).not.toContain("top-secret-value");
      }
    });

    it("decodes what is not UTF-8", () => {
      const bytes = Buffer.from("gr\xfcn ".repeat(LONG / 5), "latin1");
      const response = { ...responseOf(bytes, { "content-type": "text/plain; charset=iso-8859-1" }), truncated: true };
      const { result, leftover } = shapeResponse(toolOf(), response);
      expect(textOf(result)).toMatch(/^(grün )+/);
      expect(Buffer.from(leftover?.data ?? []).toString("utf8")).toMatch(/^(grün )+$/);
    });
  });

  it("a binary that was too large to read is not kept", () =>
    expect(shape(PDF, "application/pdf", { truncated: true }).leftover).toBeUndefined());

  it("a picture cut off by a character is cut before it", () =>
    expect(textOf(shape("ab😀", "text/plain", {}, { textCharsMax: 3 }).result)).toMatch(/^ab\n/));

  it.each([
    ['attachment; filename="a b.pdf"', "a b.pdf"],
    ["attachment; filename=a.pdf; size=1", "a.pdf"],
    ["attachment; filename=x.txt; filename*=UTF-8''%e2%82%ac.txt", "€.txt"],
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ['attachment; filename="..\\\\..\\\\a.exe"', "a.exe"],
    ['attachment; filename="a\u202egpj.exe"', "agpj.exe"],
    ['attachment; filename=".."', ""],
    [`attachment; filename="${"a".repeat(200)}.pdf"`, `${"a".repeat(96)}.pdf`],
    ["attachment; filename*=UTF-8''%ff", ""],
    ["inline", ""],
  ])("%s is called %j", (header, want) => expect(dispositionName(header)).toBe(want));
});

describe("secrets", () => {
  const secret = 's3cr3t/+ &"<key>';
  it.each([
    ["as it is", secret],
    ["in JSON", JSON.stringify(secret)],
    ["in PHP's JSON", JSON.stringify(secret).replaceAll("/", "\\/")],
    ["percent-encoded", encodeURIComponent(secret)],
    ["in lower case", encodeURIComponent(secret).toLowerCase()],
    ["in a form", encodeURIComponent(secret).replaceAll("%20", "+")],
    ["in a page", secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")],
    ["in base64", `Basic ${Buffer.from(secret).toString("base64")}`],
    ["in base64url", Buffer.from(secret).toString("base64url")],
  ])("are hidden %s", (_name, text) => {
    const masked = maskSecrets(`before ${text} after`, [secret]);
    expect(masked).toMatch(/^before .*\[hidden\].* after$/);
    expect(masked).not.toContain("s3cr3t");
  });

  it.each<[string, string, string]>([
    ["escaped by character", "application/json", '{"a":"\\u0073ecret-value"}'],
    ["behind a slash", "application/json", '{"a":"secret-value","b":"x\\/y"}'],
    ["behind a reference", "text/html", "<p>&#115;ecret-value"],
    ["in XML", "application/xml", "<a>&#x73;ecret-value</a>"],
    ["in lines", "application/jsonl", '{"a":"\\u0073ecret-value"}\n{"b":1}'],
    ["in a link", "text/html", '<a href="/x?k=secret-value">y</a>'],
    ["in a refusal", "application/json", '{"message":"\\u0073ecret-value"}'],
  ])("are hidden %s, in text, structure and what is kept", (name, type, body) => {
    const response = responseOf(
      body,
      { "content-type": type, "retry-after": "1" },
      name === "in a refusal" ? 401 : 200,
    );
    const shaped = shapeResponse(
      toolOf({ outputSchema: {} }),
      response,
      { textCharsMax: 4 },
      { secrets: ["secret-value"] },
    );
    const { leftover, ...rest } = shapeResponse(
      toolOf({ outputSchema: {} }),
      response,
      {},
      { secrets: ["secret-value"] },
    );
    expect(JSON.stringify([shaped.result, rest])).not.toContain("ecret-value");
    expect(leftover).toBeUndefined();
    expect(Buffer.from(shaped.leftover?.data ?? []).toString()).not.toContain("ecret-value");
  });

  it("are hidden in headers and in bytes", () => {
    const tool = toolOf({ plan: planOf({ method: "HEAD" }) });
    const head = responseOf("", { location: "/x?k=secret-value" });
    expect(JSON.stringify(shapeResponse(tool, head, {}, { secrets: ["secret-value"] }))).not.toContain("secret-value");
    const bytes = Buffer.from("\0\xffü secret-value \0", "latin1");
    expect(Buffer.from(maskBytes(bytes, ["secret-value"])).toString("latin1")).toBe("\0\xffü [hidden] \0");
    expect(maskBytes(bytes, ["another-value"])).toBe(bytes);
  });
});

describe("promises", () => {
  const promising = (promised: object | undefined, contentTypes = ["application/json"]) =>
    toolOf({
      outputSchema: { type: "object" },
      plan: planOf({ response: { accept: "*/*", contentTypes, ...(promised ? { promised } : {}) } as never }),
    });
  const object = { kind: "object", required: ["id", "name"] };
  it.each<[string, object | undefined, string[], string, string | Uint8Array, number, string | undefined]>([
    ["kept", object, ["application/json"], "application/json", '{"id":1,"name":null}', 200, undefined],
    [
      "kept by a vendor's JSON",
      object,
      ["application/json"],
      "application/hal+json",
      '{"id":1,"name":2}',
      200,
      undefined,
    ],
    ["kept under a wrong name", object, ["application/json"], "text/plain", '{"id":1,"name":2}', 200, undefined],
    ["of nothing", undefined, [], "text/html", "<p>x", 200, undefined],
    ["of anything", undefined, ["*/*"], "text/html", "<p>x", 200, undefined],
    ["of text", undefined, ["text/plain"], "text/csv", "a,b", 200, undefined],
    ["of XML", undefined, ["application/xml"], "text/xml", "<a/>", 200, undefined],
    ["of bytes", undefined, ["application/octet-stream"], "application/pdf", PDF, 200, undefined],
    ["of an object that is empty", object, ["application/json"], "", "", 204, undefined],
    [
      "JSON, a page came",
      object,
      ["application/json"],
      "text/html",
      "<p>Sign in",
      200,
      "The document promises application/json, the answer was text/html.",
    ],
    [
      "JSON, XML came",
      object,
      ["application/json"],
      "text/xml",
      "<a/>",
      200,
      "The document promises application/json, the answer was text/xml.",
    ],
    [
      "JSON, a PDF came",
      object,
      ["application/json"],
      "application/json",
      PDF,
      200,
      "The document promises application/json, the answer was application/pdf.",
    ],
    [
      "JSON, broken",
      object,
      ["application/json"],
      "application/json",
      "{broken",
      200,
      "The answer says that it is application/json, but it is not JSON.",
    ],
    [
      "JSON, nothing came",
      object,
      ["application/json"],
      "application/json",
      "",
      200,
      "The document promises application/json, the answer was empty.",
    ],
    [
      "an object, a list came",
      object,
      ["application/json"],
      "application/json",
      "[]",
      200,
      "The document promises an object, the answer was a list.",
    ],
    [
      "a list, an object came",
      { kind: "array" },
      ["application/json"],
      "application/json",
      "{}",
      200,
      "The document promises a list, the answer was an object.",
    ],
    [
      "an object, null came",
      object,
      ["application/json"],
      "application/json",
      "null",
      200,
      "The document promises an object, the answer was null.",
    ],
    [
      "members, some are missing",
      object,
      ["application/json"],
      "application/json",
      '{"id":1}',
      200,
      "The answer lacks what the document requires: name.",
    ],
    [
      "a PDF, a page came",
      undefined,
      ["application/pdf"],
      "text/html",
      "<p>x",
      200,
      "The document promises application/pdf, the answer was text/html.",
    ],
  ])("%s", (_name, promised, types, type, body, status, want) => {
    const shaped = shapeResponse(promising(promised, types), responseOf(body, { "content-type": type }, status));
    expect(shaped.diagnostic).toBe(want);
    expect(shaped.result.isError).toBeUndefined();
    expect(shaped.result.structuredContent).toBeTypeOf("object");
  });
});

describe("hostile JSON", () => {
  it.each([["["], ['{"a":']])("nested deeper than can be written again is text: %s", (open) => {
    const close = open === "[" ? "]" : "}";
    for (const depth of [600, 5_000, 40_000])
      for (const status of [200, 400])
        for (const secrets of [[], ["secret-value"]]) {
          const body = `${open.repeat(depth)}"\\u0041"${close.repeat(depth)}`;
          const { result } = shapeResponse(toolOf({ outputSchema: {} }), responseOf(body, {}, status), {}, { secrets });
          expect(JSON.stringify(result).length).toBeLessThan(400_000);
          expect(result.structuredContent === undefined).toBe(status === 400);
        }
  });

  it("wider than any budget is cut as text, without trying every way to make it smaller", () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, [i]])));
    const { result, leftover } = shape(wide, "application/json");
    expect(textOf(result)).toContain("Shortened: the answer has");
    expect(leftover?.data.length).toBe(wide.length);
  });
});

describe("any bytes under any header", () => {
  const types = [
    "",
    "application/json",
    "text/html",
    "application/xml",
    "text/csv",
    "application/x-ndjson",
    "image/png",
    "application/pdf",
    "text/plain; charset=utf-16",
    "application/octet-stream",
    'nonsense; charset="x',
  ];
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        "<",
        ">",
        "</a>",
        "<a href='",
        "&#x41;",
        "<!--",
        "<![CDATA[",
        "{",
        "}",
        "[",
        '"',
        "\\u00",
        "\n",
        "\u001e",
        ",",
        "%PDF-",
        "\x89PNG\r\n\x1a\n",
        "\ufeff",
        "secret-value",
      )
      .map((text) => Buffer.from(text, "latin1")),
  );
  it("make a result that clients take", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }),
        fc.constantFrom(...types),
        fc.constantFrom(200, 204, 302, 404, 500),
        fc.boolean(),
        (parts, type, status, truncated) => {
          const response = { ...responseOf(Buffer.concat(parts), { "content-type": type }, status), truncated };
          const budget = { textCharsMax: 60, binaryBytesMax: 100, arrayItemsMax: 3 };
          const { result, leftover } = shapeResponse(toolOf({ outputSchema: {} }), response, budget, {
            secrets: ["secret-value"],
          });
          if (!result.isError) expect(result.structuredContent).toBeTypeOf("object");
          const text = result.content.map((item) => (item.type === "text" ? item.text : "")).join();
          expect(text).not.toContain("secret-value");
          if (!result.isError) expect(text.length).toBeLessThan(60 + 250);
          expect(JSON.parse(JSON.stringify(result))).toEqual(result);
          if (leftover) expect(leftover.name).not.toMatch(/[\\/\r\n"]/);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

it("an answer too large to read breaks no promise", () => {
  const response = { ...responseOf('{"id":'), truncated: true };
  expect(shapeResponse(toolOf(), response)).toMatchObject({ result: { content: [{ text: '{"id":' }, {}] } });
  expect(shapeResponse(toolOf(), response).diagnostic).toBeUndefined();
});

describe("refusals", () => {
  it.each<[string, string, string, string[]]>([
    [
      "XML",
      "application/xml",
      "<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message></Error>",
      ["404 Not Found: The key does not exist.", "NoSuchKey"],
    ],
    [
      "SOAP",
      "text/xml",
      "<s:Envelope><s:Body><s:Fault><faultcode>c</faultcode><faultstring>No order</faultstring></s:Fault></s:Body></s:Envelope>",
      ["No order"],
    ],
    [
      "Google",
      "application/json",
      '{"error":{"message":"Bad","details":[{"@type":"x","fieldViolations":[{"field":"a.b","description":"too long"}]}]}}',
      [": Bad", "- a.b: too long"],
    ],
    ["Stripe", "application/json", '{"error":{"message":"Missing","param":"amount"}}', ["- amount: Missing"]],
    [
      "JSON:API",
      "application/vnd.api+json",
      '{"errors":[{"title":"Invalid","detail":"is blank","source":{"pointer":"/data/attributes/x"}}]}',
      ["404 Not Found: is blank", "- /data/attributes/x: is blank"],
    ],
    [
      "ASP.NET",
      "application/problem+json",
      '{"title":"One or more errors","errors":{"Name":["is required"]}}',
      ["One or more errors", "- Name: is required"],
    ],
    [
      "maps of objects",
      "application/json",
      '{"Message":"Invalid","Errors":{"age":{"message":"too young"}}}',
      [": Invalid", "- age: too young"],
    ],
    [
      "FastAPI",
      "application/json",
      '{"detail":[{"loc":["body",0,"x"],"msg":"field required"}]}',
      ["- body.0.x: field required"],
    ],
    ["a string", "application/json", '"No such thing"', ["404 Not Found: No such thing"]],
    ["a page without a title", "text/html", "<body><h1>Not here</h1><p>Sorry.</p>", [": Not here Sorry."]],
    ["bytes", "application/pdf", "%PDF-1", ["The API answered 404 Not Found."]],
  ])("%s", (_name, type, body, want) => {
    const { result } = shapeResponse(toolOf(), responseOf(body, { "content-type": type }, 404));
    for (const part of want) expect(textOf(result)).toContain(part);
    expect(result.isError).toBe(true);
  });

  it("say when to try again, to people and to programs", () => {
    const headers = { "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", date: "Wed, 21 Oct 2026 07:28:00 GMT" };
    const { result } = shapeResponse(toolOf(), responseOf("{}", headers, 503));
    expect(textOf(result)).toContain("Retry after 30 seconds.");
    expect(result.structuredContent).toMatchObject({ error: { status: 503, retryAfterSeconds: 30 } });
    expect(shapeResponse(toolOf(), responseOf("{}", {}, 503)).result.structuredContent).toBeUndefined();
  });

  it("name where a redirect leads, without what it carries", () =>
    expect(textOf(shapeResponse(toolOf(), responseOf("", { location: "/in?code=1" }, 302)).result)).toBe(
      "The API answered 302 Found.\nThe API redirects to https://api.example/in, which is not followed for this call.",
    ));
});

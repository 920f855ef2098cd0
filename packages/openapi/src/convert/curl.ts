import { parseAddress } from "./address.ts";
import { buildDocument, cleanMediaType, isJson } from "./build.ts";
import type { Converted } from "./convert.ts";
import { createSecrets, isPlaceholder, parsePairs, type Secrets } from "./credentials.ts";
import { type Command, splitCommands } from "./curl-words.ts";
import { parseTemplate } from "./json-template.ts";
import { count, createReport, type Report } from "./report.ts";
import { type Body, type Field, type Pair, REQUESTS_MAX, type Sample, type Scheme } from "./sample.ts";

const TEXT_CHARS_MAX = 4 * 1024 * 1024;
const BODY_CHARS_MAX = 1024 * 1024;

/** Options with a value; every other one is a switch. */
const VALUE_LONG = new Set(
  "request header data data-ascii data-raw data-binary data-urlencode json form form-string user cookie url url-query user-agent referer output upload-file max-time connect-timeout proxy proxy-user cookie-jar cert key cacert capath ciphers resolve connect-to interface write-out dump-header range speed-limit speed-time time-cond telnet-option quote ftp-port continue-at config retry retry-delay retry-max-time limit-rate max-redirs max-filesize oauth2-bearer aws-sigv4 cert-type key-type pass tls-max tls13-ciphers dns-servers unix-socket abstract-unix-socket trace trace-ascii trace-config stderr variable expand-url expand-data expand-header noproxy preproxy socks4 socks4a socks5 socks5-hostname doh-url crlfile curves engine hostpubmd5 krb local-port login-options mail-from mail-rcpt netrc-file output-dir pinnedpubkey proto proto-default proto-redir proxy-header pubkey random-file rate request-target sasl-authzid service-name keepalive-time expect100-timeout happy-eyeballs-timeout-ms delegation create-file-mode alt-svc hsts etag-save etag-compare".split(
    " ",
  ),
);
const SHORT: Record<string, string> = {
  X: "request",
  H: "header",
  d: "data",
  F: "form",
  u: "user",
  b: "cookie",
  A: "user-agent",
  e: "referer",
  o: "output",
  T: "upload-file",
  m: "max-time",
  x: "proxy",
  U: "proxy-user",
  c: "cookie-jar",
  E: "cert",
  w: "write-out",
  D: "dump-header",
  r: "range",
  y: "speed-time",
  Y: "speed-limit",
  z: "time-cond",
  t: "telnet-option",
  Q: "quote",
  P: "ftp-port",
  C: "continue-at",
  K: "config",
  G: "get",
  I: "head",
};

/**
 * Command lines of curl as an OpenAPI document; nothing is run and no file is read. Requests of one method and path become one
 * operation. Never throws; no value of a credential is kept.
 */
export function convertCurl(text: string): Converted {
  const report = createReport();
  const secrets = createSecrets();
  if (text.length > TEXT_CHARS_MAX)
    return {
      ok: false,
      message: `The command lines have more than ${TEXT_CHARS_MAX / 1024 / 1024} million characters; paste fewer.`,
      diagnostics: [],
    };
  const commands = splitCommands(text.replace(/^[ \t]*[$>%][ \t]+(?=(?:[^\s=]+=\S* )*curl)/gm, ""));
  const samples: Sample[] = [];
  let other = 0;
  for (const [index, command] of commands.entries()) {
    const words = withoutPrefix(command.words);
    if (!words) {
      other += 1;
      continue;
    }
    if (samples.length >= REQUESTS_MAX) {
      report.add("too_many_requests", "warning", "", `Only the first ${REQUESTS_MAX} requests are used.`);
      break;
    }
    const read = readCommand(words, command, index, secrets, report);
    if (read.length === 0)
      report.add(
        "request_left_out",
        "warning",
        "",
        `Command ${index + 1} names no http or https address, so it is left out.`,
      );
    samples.push(...read);
  }
  if (other > 0)
    report.add(
      "commands_left_out",
      "info",
      "",
      `${count(other, "command")} other than curl ${other === 1 ? "is" : "are"} left out.`,
    );
  if (samples.length === 0)
    return {
      ok: false,
      message:
        "No request can be read from these command lines: expected curl with an http or https address, such as curl https://api.example.com/pets.",
      diagnostics: report.diagnostics,
    };
  const [first] = samples;
  const host = first?.baseUrl ? new URL(first.baseUrl.url).hostname : "API";
  const root = buildDocument(
    samples,
    { title: host, description: "Made from curl command lines.", hasPlainPaths: true, secrets },
    report,
  );
  return { ok: true, root, diagnostics: report.diagnostics };
}

/** The words after `curl`; undefined for another command. Variables and sudo may stand before it. */
function withoutPrefix(words: string[]): string[] | undefined {
  const at = words.findIndex((word) => !/^(?:[A-Za-z_]\w*=.*|sudo|time|exec|[$>%])$/s.test(word));
  return /^(?:.*[\\/])?curl(?:\.exe)?$/.test(words[at] ?? "") ? words.slice(at + 1) : undefined;
}

interface Options {
  method?: string;
  urls: string[];
  headers: Pair[];
  data: { text: string; isFile: boolean }[];
  form: Field[];
  urlQuery: string[];
  cookies: Pair[];
  schemes: Scheme[];
  isGet: boolean;
  isHead: boolean;
  isJson: boolean;
  isUpload: boolean;
  signature?: string;
}

function emptyOptions(): Options {
  return {
    urls: [],
    headers: [],
    data: [],
    form: [],
    urlQuery: [],
    cookies: [],
    schemes: [],
    isGet: false,
    isHead: false,
    isJson: false,
    isUpload: false,
  };
}

function readCommand(words: string[], { comment }: Command, index: number, secrets: Secrets, report: Report): Sample[] {
  const samples: Sample[] = [];
  let options = emptyOptions();
  const finish = () => {
    samples.push(...toSamples(options, comment, index, secrets, report));
    options = emptyOptions();
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "--next" || word === "-:") finish();
    else if (word === "--") options.urls.push(...words.slice(at + 1));
    else if (word.startsWith("--")) {
      const [, name = "", attached] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
      if (VALUE_LONG.has(name)) apply(options, name, attached ?? words[++at] ?? "", secrets);
      else apply(options, name, "", secrets);
    } else if (word.startsWith("-") && word.length > 1) {
      // Switches may stand together, and the last one may have its value attached: -sSXPOST.
      for (let letter = 1; letter < word.length; letter++) {
        const name = SHORT[word[letter] as string];
        if (name === undefined) continue;
        if (!VALUE_LONG.has(name)) {
          apply(options, name, "", secrets);
          continue;
        }
        const attached = word.slice(letter + 1);
        apply(options, name, attached === "" ? (words[++at] ?? "") : attached, secrets);
        break;
      }
    } else if (word !== "") options.urls.push(word);
  }
  finish();
  return samples;
}

function apply(options: Options, name: string, value: string, secrets: Secrets): void {
  switch (name) {
    case "request":
      options.method = value.toUpperCase();
      break;
    case "header": {
      const at = value.indexOf(":");
      if (at > 0) options.headers.push({ name: value.slice(0, at).trim(), value: value.slice(at + 1).trim() });
      break;
    }
    case "data":
    case "data-ascii":
    case "data-binary":
      options.data.push(value.startsWith("@") ? { text: "", isFile: true } : { text: value, isFile: false });
      break;
    case "data-raw":
      options.data.push({ text: value, isFile: false });
      break;
    case "data-urlencode":
      options.data.push(urlEncoded(value));
      break;
    case "json":
      options.data.push(value.startsWith("@") ? { text: "", isFile: true } : { text: value, isFile: false });
      options.isJson = true;
      break;
    case "form":
    case "form-string":
      options.form.push(formField(value, name === "form-string"));
      break;
    case "user":
      for (const part of value.split(":")) secrets.keep(part);
      options.schemes.push({ type: "http", scheme: "basic" });
      break;
    case "oauth2-bearer":
      secrets.keep(value);
      options.schemes.push({ type: "http", scheme: "bearer" });
      break;
    case "proxy-user":
    case "pass":
      for (const part of value.split(":")) secrets.keep(part);
      break;
    case "aws-sigv4":
      options.signature = "an AWS signature";
      break;
    case "digest":
    case "ntlm":
    case "negotiate":
      options.signature = name;
      break;
    case "cookie":
      if (value.includes("=")) options.cookies.push(...cookiePairs(value));
      break;
    case "url":
      options.urls.push(value);
      break;
    case "url-query":
      options.urlQuery.push(value.startsWith("+") ? value.slice(1) : urlEncoded(value).text);
      break;
    case "upload-file":
      options.isUpload = true;
      break;
    case "get":
      options.isGet = true;
      break;
    case "head":
      options.isHead = true;
  }
}

function cookiePairs(text: string): Pair[] {
  return text.split(";").flatMap((part) => {
    const at = part.indexOf("=");
    return at > 0 ? [{ name: part.slice(0, at).trim(), value: part.slice(at + 1).trim() }] : [];
  });
}

/** `name=content`, `=content` and `content` are sent encoded; with an at sign it is a file's content. */
function urlEncoded(value: string): { text: string; isFile: boolean } {
  const match = /^([^=@]*)([=@])([\s\S]*)$/.exec(value);
  if (!match) return { text: encodeURIComponent(value), isFile: false };
  const [, name = "", sign, content = ""] = match;
  const prefix = name === "" ? "" : `${name}=`;
  return sign === "@"
    ? { text: prefix, isFile: name === "" }
    : { text: `${prefix}${encodeURIComponent(content)}`, isFile: false };
}

function formField(value: string, isLiteral: boolean): Field {
  const at = value.indexOf("=");
  const name = at < 0 ? value : value.slice(0, at);
  const content = at < 0 ? "" : value.slice(at + 1);
  if (!isLiteral && /^[@]/.test(content)) return { name, isFile: true };
  if (!isLiteral && content.startsWith("<")) return { name };
  return {
    name,
    value: isLiteral
      ? content
      : content.replace(/;\s*(?:type|filename|headers)=.*$/s, "").replace(/^"([\s\S]*)"$/, "$1"),
  };
}

function toSamples(
  options: Options,
  comment: string | undefined,
  index: number,
  secrets: Secrets,
  report: Report,
): Sample[] {
  const joined = options.data
    .filter(({ isFile }) => !isFile)
    .map(({ text }) => text)
    .join(options.isJson ? "" : "&");
  const hasData = options.data.length > 0;
  const headers = options.headers.filter(({ name }) => name.toLowerCase() !== "cookie");
  const cookies = [
    ...options.cookies,
    ...options.headers
      .filter(({ name }) => name.toLowerCase() === "cookie")
      .flatMap(({ value = "" }) => cookiePairs(value)),
  ];
  const method =
    options.method ??
    (options.isHead
      ? "HEAD"
      : options.isGet
        ? "GET"
        : hasData || options.form.length > 0
          ? "POST"
          : options.isUpload
            ? "PUT"
            : "GET");
  const body = options.isGet ? undefined : bodyOf(options, joined, index, report);
  if (options.signature)
    report.add(
      "security_left_out",
      "warning",
      "",
      `Command ${index + 1} proves who sends it with ${options.signature}, which Portico does not send.`,
    );
  return options.urls.flatMap((url): Sample[] => {
    const address = parseAddress(withScheme(url), secrets);
    if (!address) return [];
    const extra = [...(options.isGet ? [joined] : []), ...options.urlQuery].flatMap(parsePairs);
    return [
      {
        pointer: "",
        method: /^[A-Z]+$/.test(method) ? method : "GET",
        baseUrl: { url: address.origin },
        segments: address.segments,
        query: [...address.query, ...extra],
        headers,
        cookies,
        ...(body ? { body } : {}),
        responses: [],
        schemes: [
          ...(options.signature ? [] : options.schemes),
          ...(address.hasUser ? [{ type: "http", scheme: "basic" } as const] : []),
        ],
        ...(comment ? { name: comment.slice(0, 200) } : {}),
      },
    ];
  });
}

function withScheme(url: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  if (isPlaceholder(url.split("/")[0] ?? "")) return "";
  return `${/^(?:localhost|127\.|\[::1\])/.test(url) ? "http" : "https"}://${url}`;
}

function bodyOf(options: Options, joined: string, index: number, report: Report): Body | undefined {
  const declared = cleanMediaType(options.headers.find(({ name }) => name.toLowerCase() === "content-type")?.value);
  if (options.form.length > 0) return { kind: "fields", mediaType: "multipart/form-data", fields: options.form };
  if (options.isUpload) return { kind: "unknown", mediaType: declared || "application/octet-stream" };
  if (options.data.length === 0) return undefined;
  const looksJson = /^\s*[{[]/.test(joined);
  // What looks like JSON without saying so would be sent as a form, and was not meant to be.
  const mediaType =
    declared || (options.isJson || looksJson ? "application/json" : "application/x-www-form-urlencoded");
  if (joined === "" && options.data.some(({ isFile }) => isFile)) {
    report.add(
      "body_in_file",
      "info",
      "",
      `The body of command ${index + 1} is in a file, so nothing is known of its fields.`,
    );
    return { kind: "unknown", mediaType };
  }
  if (joined.length > BODY_CHARS_MAX) return { kind: "unknown", mediaType };
  if (mediaType === "application/x-www-form-urlencoded") {
    const fields = parsePairs(joined);
    return fields.length > 0 ? { kind: "fields", mediaType, fields } : { kind: "unknown", mediaType };
  }
  if (!isJson(mediaType)) return { kind: "text", mediaType, text: joined };
  const value = parseTemplate(joined);
  if (value === undefined)
    report.add(
      "body_not_json",
      "info",
      "",
      `The body of command ${index + 1} cannot be read as JSON, so nothing is known of its fields.`,
    );
  return { kind: "text", mediaType, text: value === undefined ? "" : JSON.stringify(value) };
}

/**
 * The page in which a host shows an answer (MCP Apps): a table, a record, a chart, or text. It is one file that loads nothing and
 * speaks to its host alone. Values come from somebody's API: they become text nodes, never HTML. No backtick and no dollar-brace in here.
 */
const STYLE = `
:root {
  color-scheme: light dark;
  --bg: var(--color-background-primary, light-dark(#ffffff, #1b1b1d));
  --soft: var(--color-background-secondary, light-dark(#f4f4f5, #29292c));
  --text: var(--color-text-primary, light-dark(#18181b, #f4f4f5));
  --muted: var(--color-text-secondary, light-dark(#5b5b64, #a9a9b2));
  --line: var(--color-border-primary, light-dark(#d9d9de, #414147));
  --accent: light-dark(#1f5fbf, #8ab4f8);
  --bad: var(--color-text-danger, light-dark(#b3261e, #ff9a92));
}
* { box-sizing: border-box; }
html, body { margin: 0; }
body { padding: 12px; background: var(--bg); color: var(--text); font: 14px/1.45 var(--font-sans, system-ui, sans-serif); }
h2 { margin: 0 0 8px; font-size: 14px; font-weight: 600; }
p { margin: 0; }
button, input, select { font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; padding: 3px 8px; }
select { background: var(--bg); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.muted { color: var(--muted); font-size: 12px; margin-top: 6px; }
.bad { color: var(--bad); }
.bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 8px; }
.bar input { flex: 1 1 10rem; min-width: 0; max-width: 20rem; }
.views { display: inline-flex; margin-inline-start: auto; }
.views button { border-radius: 0; margin-inline-start: -1px; }
.views button:first-child { border-radius: 6px 0 0 6px; margin: 0; }
.views button:last-child { border-radius: 0 6px 6px 0; }
.views [aria-pressed=true] { background: var(--soft); font-weight: 600; }
.scroll { overflow: auto; max-height: 26rem; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: top; padding: 5px 10px; border-bottom: 1px solid var(--line); }
td { max-width: 20rem; overflow-wrap: break-word; }
.long { min-width: 14rem; }
tbody tr:last-child td { border-bottom: 0; }
thead th { position: sticky; top: 0; background: var(--soft); padding: 0; white-space: nowrap; }
thead button { width: 100%; border: 0; border-radius: 0; padding: 6px 10px; text-align: inherit; font-weight: 600; cursor: pointer; }
.number { text-align: end; }
dl { margin: 0; display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 4px 16px; }
dt { color: var(--muted); overflow-wrap: anywhere; max-width: 16rem; }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
details > :not(summary) { margin: 6px 0; }
summary { cursor: pointer; color: var(--muted); }
ul { margin: 0; padding-inline-start: 1.2rem; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
button.link { border: 0; padding: 0; color: var(--accent); text-decoration: underline; cursor: pointer; text-align: start; overflow-wrap: inherit; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--muted); font-size: 11px; }
svg .mark { fill: var(--accent); }
svg .path { fill: none; stroke: var(--accent); stroke-width: 2; }
svg .axis { stroke: var(--line); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 26rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 6px; } }
`;

const SCRIPT = String.raw`
"use strict";
(() => {
  const ROWS_MAX = 200, COLUMNS_MAX = 24, BARS_MAX = 40, CELL_CHARS_MAX = 160, DEPTH_MAX = 6;
  const collator = new Intl.Collator(undefined, { numeric: true });
  const root = document.getElementById("root");
  let canOpenLinks = false, title = "", question;

  // ---- Elements: text goes in as text.
  function el(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
  }
  function svg(name, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  }
  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") node.addEventListener(key, value);
      else if (value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== undefined));
    return node;
  }

  // ---- Values.
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isRows = (value) => Array.isArray(value) && value.length > 0 && value.every(isObject);
  const get = (row, key) => (Object.hasOwn(row, key) ? row[key] : undefined);
  const clip = (text, max) => (text.length > max ? text.slice(0, max) + "…" : text);
  function textOf(value) {
    if (value === undefined || value === null) return "";
    if (typeof value !== "object") return String(value);
    if (Array.isArray(value) && value.every((one) => one === null || typeof one !== "object")) return value.join(", ");
    return JSON.stringify(value);
  }
  const plural = (count, word) => count.toLocaleString() + " " + word + (count === 1 ? "" : "s");

  function scalar(value, max) {
    const text = textOf(value);
    if (text === "") return el("span", { class: "muted" }, value === "" ? "empty" : "–");
    const shown = max ? clip(text, max) : text;
    if (typeof value === "string" && isLink(value) && canOpenLinks)
      return el("button", { type: "button", class: "link", title: value, click: () => request("ui/open-link", { url: value }) }, shown);
    return el("span", shown === text ? {} : { title: clip(text, 2000) }, shown);
  }
  function isLink(text) {
    if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false;
    const { protocol } = new URL(text);
    return protocol === "https:" || protocol === "http:";
  }

  // ---- Views.
  function view(value, name, depth) {
    if (depth > DEPTH_MAX) return el("pre", {}, clip(textOf(value), 2000));
    if (isRows(value)) return table(value, name);
    if (Array.isArray(value)) return list(value, name, depth);
    return isObject(value) ? record(value, depth) : el("pre", {}, textOf(value));
  }

  function list(values, name, depth) {
    if (values.length === 0) return el("p", { class: "muted" }, "An empty list.");
    const items = values.slice(0, ROWS_MAX).map((value) => el("li", {}, nested(value, name, depth)));
    return el("div", {}, el("ul", {}, ...items), more(values.length));
  }

  function record(value, depth) {
    const entries = Object.entries(value);
    if (entries.length === 0) return el("p", { class: "muted" }, "An empty object.");
    // The rows of a page are what its record is about.
    const lists = entries.filter(([, one]) => isRows(one));
    const main = depth === 0 && lists.length === 1 ? lists[0] : undefined;
    const rest = entries.filter((entry) => entry !== main).slice(0, ROWS_MAX);
    const fields = () => el("dl", {}, ...rest.flatMap(([key, one]) => [el("dt", {}, clip(key, CELL_CHARS_MAX)), el("dd", {}, nested(one, key, depth))]));
    if (!main) return el("div", {}, fields(), more(entries.length));
    return el("div", {}, table(main[1], main[0]), rest.length > 0 ? fold("Also in the answer: " + plural(rest.length, "field"), fields) : undefined);
  }

  // An object or a list inside another is folded, and made when somebody looks.
  function nested(value, name, depth) {
    if (typeof value !== "object" || value === null) return scalar(value);
    if (Array.isArray(value) && (value.length === 0 || (textOf(value).length < CELL_CHARS_MAX && value.every((one) => typeof one !== "object")))) return scalar(value);
    const size = Array.isArray(value) ? plural(value.length, "item") : plural(Object.keys(value).length, "field");
    return fold(size, () => view(value, name, depth + 1));
  }

  function fold(summary, make) {
    const node = el("details", {}, el("summary", {}, summary));
    node.addEventListener("toggle", () => { if (node.open && node.children.length === 1) node.append(make()); });
    return node;
  }

  const more = (count) => (count > ROWS_MAX ? el("p", { class: "muted" }, "… " + (count - ROWS_MAX).toLocaleString() + " more") : undefined);

  function table(rows, name) {
    const all = [...new Set(rows.slice(0, ROWS_MAX).flatMap((row) => Object.keys(row)))];
    const columns = all.slice(0, COLUMNS_MAX).map((key) => {
      const values = rows.map((row) => get(row, key)).filter((value) => value !== undefined && value !== null);
      return { key, isNumber: values.length > 0 && values.every((value) => typeof value === "number" && Number.isFinite(value)), isText: values.length > 0 && values.every((value) => typeof value === "string"), isLong: values.slice(0, ROWS_MAX).some((value) => textOf(value).length > 48) };
    });
    const label = columns.find(({ isText }) => isText);
    const numbers = columns.filter(({ key, isNumber }) => isNumber && !/(^|[_-])id$|[a-z]Id$/i.test(key));
    const state = { words: "", sort: undefined, isDown: false, kind: "Table", measure: numbers[0] };
    const body = el("tbody", {}), note = el("p", { class: "muted", role: "status" });
    const caption = name ? clip(name, CELL_CHARS_MAX) : title || "Answer";
    const heads = columns.map((column) => {
      const mark = el("span", { "aria-hidden": "true" });
      const click = () => {
        state.isDown = state.sort === column && !state.isDown;
        state.sort = column;
        draw();
      };
      return { column, mark, th: el("th", { scope: "col", class: column.isNumber ? "number" : undefined }, el("button", { type: "button", click }, clip(column.key, 60), mark)) };
    });
    const grid = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      el("table", {}, el("caption", { class: "hidden" }, caption), el("thead", {}, el("tr", {}, ...heads.map(({ th }) => th))), body));
    const chart = el("div", {});
    const input = el("input", { type: "search", placeholder: "Filter", "aria-label": "Filter rows", input: () => { state.words = input.value.trim().toLowerCase(); draw(); } });
    const canChart = label !== undefined && numbers.length > 0 && rows.length > 1;
    const views = ["Table", "Bars", "Line"].map((kind) => el("button", { type: "button", click: () => { state.kind = kind; draw(); } }, kind));
    const measure = el("select", { "aria-label": "Shown in the chart", change: () => { state.measure = numbers[measure.selectedIndex]; draw(); } }, ...numbers.map(({ key }) => el("option", {}, clip(key, 60))));
    const words = rows.length > 500 ? new WeakMap() : undefined;
    const matches = (row) => {
      const text = (words && words.get(row)) || columns.map(({ key }) => textOf(get(row, key))).join("\n").toLowerCase();
      if (words) words.set(row, text);
      return text.includes(state.words);
    };

    function draw() {
      const found = state.words ? rows.filter(matches) : rows.slice();
      if (state.sort) {
        const { key, isNumber } = state.sort;
        const isGone = (value) => value === undefined || value === null;
        found.sort((a, b) => {
          const x = get(a, key), y = get(b, key);
          if (isGone(x) || isGone(y)) return isGone(x) - isGone(y);
          return (isNumber ? x - y : collator.compare(textOf(x), textOf(y))) * (state.isDown ? -1 : 1);
        });
      }
      for (const { column, mark, th } of heads) {
        const isSorted = state.sort === column;
        if (isSorted) th.setAttribute("aria-sort", state.isDown ? "descending" : "ascending");
        else th.removeAttribute("aria-sort");
        mark.textContent = isSorted ? (state.isDown ? " ↓" : " ↑") : "";
      }
      const isTable = state.kind === "Table";
      views.forEach((button) => button.setAttribute("aria-pressed", String(button.textContent === state.kind)));
      grid.hidden = !isTable;
      chart.hidden = measure.hidden = isTable;
      if (numbers.length < 2) measure.hidden = true;
      const shownMax = isTable ? ROWS_MAX : state.kind === "Bars" ? BARS_MAX : ROWS_MAX;
      const shown = found.slice(0, shownMax);
      if (isTable)
        body.replaceChildren(...shown.map((row) => el("tr", {}, ...columns.map(({ key, isNumber, isLong }) => el("td", { class: isNumber ? "number" : isLong ? "long" : undefined }, scalar(get(row, key), CELL_CHARS_MAX))))));
      else chart.replaceChildren(plot(shown.filter((row) => typeof get(row, state.measure.key) === "number"), label.key, state.measure.key, state.kind));
      const parts = [state.words ? plural(found.length, "row").replace(" row", " of " + rows.length.toLocaleString() + " row") : plural(rows.length, "row")];
      if (found.length > shownMax) parts.push("the first " + shownMax + " are shown, … " + (found.length - shownMax).toLocaleString() + " more");
      if (all.length > COLUMNS_MAX) parts.push((all.length - COLUMNS_MAX) + " more columns are not shown");
      note.textContent = parts.join(", ");
    }
    draw();
    const bar = rows.length > 1 ? el("div", { class: "bar" }, input, measure, canChart ? el("div", { class: "views", role: "group", "aria-label": "Shown as" }, ...views) : undefined) : undefined;
    return el("div", {}, bar, grid, chart, note);
  }

  function plot(rows, labelKey, key, kind) {
    const points = rows.map((row) => ({ label: textOf(get(row, labelKey)), value: get(row, key) }));
    const values = points.map(({ value }) => value);
    const low = Math.min(0, ...values), high = Math.max(0, ...values), span = high - low || 1;
    const say = { role: "img", "aria-label": kind + " of " + key + " by " + labelKey + ", " + plural(points.length, "value") + " from " + Math.min(...values) + " to " + Math.max(...values) };
    if (points.length === 0) return el("p", { class: "muted" }, "Nothing to show.");
    if (kind === "Bars") {
      const step = 24, left = 150, width = 600, right = 90, at = (value) => left + ((value - low) / span) * (width - left - right);
      return svg("svg", { viewBox: "0 0 " + width + " " + (points.length * step + 4), ...say }, ...points.flatMap(({ label, value }, index) => {
        const y = index * step + 4, x = Math.min(at(0), at(value)), length = Math.abs(at(value) - at(0));
        return [
          svg("text", { x: left - 8, y: y + 13, "text-anchor": "end" }, clip(label, 22)),
          svg("rect", { class: "mark", x, y, width: Math.max(1, length), height: step - 6, rx: 2 }, svg("title", {}, label + ": " + value)),
          svg("text", { x: x + length + 6, y: y + 13 }, value.toLocaleString()),
        ];
      }));
    }
    const width = 600, height = 220, left = 64, bottom = 24, right = 16;
    const x = (index) => left + (points.length === 1 ? 0 : (index / (points.length - 1)) * (width - left - right));
    const y = (value) => 10 + (1 - (value - low) / span) * (height - bottom - 20);
    const ticks = [low, low + span / 2, high].map((value) => [
      svg("line", { class: "axis", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value.toLocaleString(undefined, { maximumSignificantDigits: 4 })),
    ]).flat();
    return svg("svg", { viewBox: "0 0 " + width + " " + height, ...say }, ...ticks,
      svg("polyline", { class: "path", points: points.map(({ value }, index) => x(index) + "," + y(value)).join(" ") }),
      ...points.map(({ label, value }, index) => svg("circle", { class: "mark", cx: x(index), cy: y(value), r: points.length > 60 ? 1.5 : 3 }, svg("title", {}, label + ": " + value))),
      svg("text", { x: left, y: height - 6 }, clip(points[0].label, 24)),
      points.length > 1 ? svg("text", { x: width - right, y: height - 6, "text-anchor": "end" }, clip(points[points.length - 1].label, 24)) : undefined);
  }

  // ---- What the host says.
  function show(...children) {
    const given = question;
    const asked = isObject(given) && Object.keys(given).length > 0 ? fold("Asked with", () => record(given, 1)) : undefined;
    root.replaceChildren(...[title ? el("h2", {}, title) : undefined, ...children, asked].filter((child) => child !== undefined));
  }

  function parse(text) {
    try {
      const value = JSON.parse(text);
      return typeof value === "object" && value !== null ? value : undefined;
    } catch {
      return undefined;
    }
  }

  function showResult(result) {
    const blocks = Array.isArray(result.content) ? result.content.filter(isObject) : [];
    const texts = blocks.filter(({ type }) => type === "text").map(({ text }) => String(text));
    const files = blocks.filter(({ type }) => type !== "text").map(file);
    if (result.isError) return show(el("pre", { class: "bad", role: "alert" }, texts.join("\n") || "The call failed."));
    let value = isObject(result.structuredContent) ? result.structuredContent : undefined;
    const notes = [];
    for (const text of texts) {
      const parsed = parse(text);
      if (parsed === undefined) notes.push(text);
      else if (value === undefined) value = parsed;
    }
    // Answers that are no object travel in one with this name; those that are no list either are in the text.
    if (isObject(value) && Object.keys(value).length === 1 && Object.hasOwn(value, "result"))
      value = typeof value.result === "object" && value.result !== null ? value.result : undefined;
    if (value === undefined) {
      const text = texts.join("\n") || (files.length === 0 ? "An empty answer." : "");
      return show(text ? el("pre", {}, text) : undefined, ...files);
    }
    show(view(value, "", 0), ...notes.map((text) => el("pre", { class: "muted" }, clip(text, 2000))), ...files);
  }

  function file({ type, name, uri, title }) {
    const words = clip(textOf(title || name || uri || type), CELL_CHARS_MAX);
    const click = () => request("ui/open-link", { url: uri });
    const open = typeof uri === "string" && isLink(uri) && canOpenLinks ? el("button", { type: "button", class: "link", title: uri, click }, words) : words;
    return el("p", { class: "muted" }, "Attached: ", open);
  }

  function applyContext(context) {
    if (!isObject(context)) return;
    const style = document.documentElement.style;
    if (context.theme === "dark" || context.theme === "light") style.colorScheme = context.theme;
    const variables = isObject(context.styles) && context.styles.variables;
    for (const [name, value] of Object.entries(isObject(variables) ? variables : {}))
      if (/^--[a-z0-9-]+$/.test(name) && typeof value === "string") style.setProperty(name, value);
    if (typeof context.locale === "string" && /^[A-Za-z0-9-]+$/.test(context.locale)) document.documentElement.lang = context.locale;
    const tool = isObject(context.toolInfo) && context.toolInfo.tool;
    if (isObject(tool)) title = clip(String(tool.title || tool.name || ""), 120);
  }

  const on = {
    "ui/notifications/tool-input": ({ arguments: given }) => { question = given; show(el("p", { role: "status" }, "Waiting for the answer…")); },
    "ui/notifications/tool-result": showResult,
    "ui/notifications/tool-cancelled": ({ reason }) => show(el("p", { role: "status" }, "The call was cancelled." + (typeof reason === "string" && reason ? " " + reason : ""))),
    "ui/notifications/host-context-changed": applyContext,
  };

  // ---- JSON-RPC with the host.
  const waiting = new Map();
  let lastId = 0;
  const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  function request(method, params, done) {
    const id = ++lastId;
    if (done) waiting.set(id, done);
    post({ id, method, params });
  }
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !isObject(data) || data.jsonrpc !== "2.0") return;
    if (typeof data.method === "string") {
      if (data.id === undefined) {
        if (Object.hasOwn(on, data.method)) on[data.method](isObject(data.params) ? data.params : {});
      } else if (data.method === "ping" || data.method === "ui/resource-teardown") post({ id: data.id, result: {} });
      else post({ id: data.id, error: { code: -32601, message: "Method not found" } });
      return;
    }
    const done = waiting.get(data.id);
    waiting.delete(data.id);
    if (done && isObject(data.result)) done(data.result);
  });
  request("ui/initialize", { protocolVersion: "2026-01-26", appInfo: { name: "portico-answer", version: "1" }, appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] } }, (result) => {
    canOpenLinks = isObject(result.hostCapabilities) && isObject(result.hostCapabilities.openLinks);
    applyContext(result.hostContext);
    post({ method: "ui/notifications/initialized", params: {} });
  });

  let told = "", isPending = false;
  new ResizeObserver(() => {
    if (isPending) return;
    isPending = true;
    requestAnimationFrame(() => {
      isPending = false;
      const params = { width: window.innerWidth, height: Math.ceil(document.documentElement.getBoundingClientRect().height) };
      if (told === (told = params.width + "x" + params.height)) return;
      post({ method: "ui/notifications/size-changed", params });
    });
  }).observe(document.documentElement);
})();
`;

/** The policy stands in the page too, so that it is closed also where a host adds none. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export const ANSWER_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Answer</title>
<style>${STYLE}</style>
</head>
<body>
<div id="root"><p role="status">Waiting for the answer…</p></div>
<script>${SCRIPT}</script>
</body>
</html>
`;

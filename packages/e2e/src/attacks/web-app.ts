import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Heard, Person, Range } from "./range.ts";

const WEB = path.resolve(import.meta.dirname, "../../../../apps/web");
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Answer everybody alike. */
const OPEN = ["/health", "/[...path]"];

/** The routes that the web app has, from its files. */
export function routesOf(): string[] {
  const api = path.join(WEB, "src/app/api/v1");
  return readdirSync(api, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .flatMap((file) => {
      const route = `/${path.dirname(file)}`;
      if (OPEN.includes(route)) return [];
      const text = readFileSync(path.join(api, file), "utf8");
      return METHODS.filter((method) =>
        new RegExp(`export (const|async function|function) ${method}\\b`).test(text),
      ).map((method) => `${method} ${route}`);
    });
}

/** The paths of the pages of the web app, by what stands for its own objects. */
export function pagesOf(): string[] {
  const manifest = JSON.parse(readFileSync(path.join(WEB, ".next/server/app-paths-manifest.json"), "utf8"));
  return Object.keys(manifest)
    .filter((key) => key.endsWith("/page") && !key.startsWith("/_"))
    .map(pathOf);
}

export interface Action {
  id: string;
  /** The folder of its file and its own name: "member/giveRole". */
  name: string;
  /** A page that has it: posted anywhere else, it would be sent on there. */
  page: string;
  /** How many arguments it takes. */
  count: number;
}

interface Reference {
  workers: Record<string, unknown>;
  filename: string;
  exportedName: string;
}

/** The server actions of the web app. Next writes into the first byte of an id which of six arguments the action takes. */
export function actionsOf(): Action[] {
  const manifest = JSON.parse(readFileSync(path.join(WEB, ".next/server/server-reference-manifest.json"), "utf8"));
  return Object.entries(manifest.node as Record<string, Reference>).map(([id, { workers, filename, exportedName }]) => {
    const pages = Object.keys(workers).map((worker) => pathOf(worker.replace(/^app/, "")));
    const page = pages.sort((one, other) => one.split("[").length - other.split("[").length)[0] ?? "/";
    const taken = (Number.parseInt(id.slice(0, 2), 16) >> 1) & 0b111111;
    const count = [...taken.toString(2)].filter((bit) => bit === "1").length;
    return { id, name: `${path.basename(path.dirname(filename))}/${exportedName}`, page, count };
  });
}

/** The path of a page's file, without the folders that only group. */
function pathOf(file: string): string {
  return file.replace(/\/page$/, "").replaceAll(/\/\([^)]+\)/g, "") || "/";
}

/** A page as somebody gets it, or as nobody. What the router asks for is at an address of its own, to which Next sends on. */
export async function readPage(
  range: Range,
  person: Person | undefined,
  at: string,
  headers: Record<string, string>,
): Promise<Heard> {
  const read = (address: string) =>
    person ? range.as(person, address, { headers }) : range.fetch(address, { headers });
  const answer = await read(at);
  const onward = answer.headers.get("location") ?? "";
  return headers.rsc && onward.includes("_rsc") ? read(onward.replace(range.url, "")) : answer;
}

import { isHar, isPostman } from "../convert/recognize.ts";
import { isObject } from "../json.ts";
import type { LoadLimits } from "../types.ts";
import { decodeText } from "./decode.ts";
import { parseText } from "./parse.ts";

export type EntryChoice =
  | { ok: true; path: string }
  | { ok: false; code: string; message: string; candidates?: string[] };

const CANDIDATES_SHOWN_MAX = 20;
/** Names that authors give to the file that the others belong to, the surest first. */
const ENTRY_NAMES = [/^openapi\b/i, /^swagger\b/i, /^api\b/i, /^(?:index|main|root|entry)\b/i];
/** A cheap look before parsing: most files of a large description are parts of it. */
const OPENAPI_FIELD = /(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:/m;

/** The file of an archive that the others belong to: the shallowest with an openapi or swagger field, or the one that was named. */
export async function chooseEntry(
  files: Map<string, Uint8Array>,
  wanted: string | undefined,
  limits: LoadLimits,
): Promise<EntryChoice> {
  const paths = [...files.keys()];
  if (wanted !== undefined) {
    const asked = wanted.replaceAll("\\", "/").replace(/^\.?\//, "");
    const path = paths.find((one) => one === asked) ?? paths.find((one) => one.endsWith(`/${asked}`));
    return path === undefined
      ? {
          ok: false,
          code: "entry_not_found",
          message: `The ZIP file has no ${wanted.slice(0, 200)}. It holds ${listed(paths)}.`,
          candidates: paths.slice(0, CANDIDATES_SHOWN_MAX),
        }
      : { ok: true, path };
  }
  const roots = await pathsWhere(files, (bytes) => hasOpenApi(bytes, limits));
  if (roots.length > 0) return shallowest(roots);
  const others = await pathsWhere(files, (bytes) => isOtherFormat(bytes, limits));
  if (others.length > 0) return shallowest(others);
  return {
    ok: false,
    code: "archive_without_document",
    message:
      paths.length === 0
        ? "The ZIP file holds no JSON or YAML file."
        : `No file of the ZIP has an openapi or swagger field. It holds ${listed(paths)}.`,
  };
}

function shallowest(paths: string[]): EntryChoice {
  const depth = (path: string) => path.split("/").length;
  const least = Math.min(...paths.map(depth));
  const nearest = paths.filter((path) => depth(path) === least);
  if (nearest.length === 1) return { ok: true, path: nearest[0] as string };
  for (const name of ENTRY_NAMES) {
    const named = nearest.filter((path) => name.test(path.split("/").at(-1) ?? ""));
    if (named.length === 1) return { ok: true, path: named[0] as string };
    if (named.length > 1) break;
  }
  return {
    ok: false,
    code: "entry_ambiguous",
    message: `The ZIP file holds ${paths.length} API descriptions: ${listed(paths)}. Say which one is meant (entry).`,
    candidates: paths.slice(0, CANDIDATES_SHOWN_MAX),
  };
}

function listed(paths: string[]): string {
  const shown = paths.slice(0, CANDIDATES_SHOWN_MAX).join(", ");
  return paths.length > CANDIDATES_SHOWN_MAX ? `${shown} and ${paths.length - CANDIDATES_SHOWN_MAX} more` : shown;
}

async function pathsWhere(
  files: ReadonlyMap<string, Uint8Array>,
  isWanted: (bytes: Uint8Array) => Promise<boolean>,
): Promise<string[]> {
  const wanted: string[] = [];
  // One by one: only one file is parsed at a time.
  for (const [path, bytes] of files) if (await isWanted(bytes)) wanted.push(path);
  return wanted;
}

async function hasOpenApi(bytes: Uint8Array, limits: LoadLimits): Promise<boolean> {
  const text = decodeText(bytes);
  if (!text || !OPENAPI_FIELD.test(text)) return false;
  const parsed = await parseText(text, limits);
  return (
    parsed.ok && isObject(parsed.value) && (parsed.value.openapi !== undefined || parsed.value.swagger !== undefined)
  );
}

async function isOtherFormat(bytes: Uint8Array, limits: LoadLimits): Promise<boolean> {
  const text = decodeText(bytes);
  if (!text?.trimStart().startsWith("{")) return false;
  const parsed = await parseText(text, limits);
  return parsed.ok && (isPostman(parsed.value) || isHar(parsed.value));
}

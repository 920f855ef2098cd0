import { isUuid, looksSecret, type Stripped } from "./credentials.ts";
import type { Segment } from "./sample.ts";

/** Words that end a path without being somebody's id. */
const WORD =
  /^(?:list|search|find|query|export|import|count|counts|me|self|new|all|current|latest|recent|status|stats|statistics|summary|settings|config|configuration|bulk|batch|validate|login|logout|refresh|health|info|meta|metadata|schema|types|archive|active|public|private|default|history|details|preview|upload|download|index|graphql|rpc|token|oauth|v\d+.*)$/i;

/** Whether a path segment is an id rather than a word: a number, UUID, date, hash, token or e-mail address. */
export function isIdLike(segment: string, index: number): boolean {
  // "/2/tweets" and "/2010-04-01/calls" start with a version.
  if (index === 0 && /^(?:\d{1,2}|\d{4}-\d{2}-\d{2})$/.test(segment)) return false;
  return (
    /^\d+$/.test(segment) ||
    isUuid(segment) ||
    // An author writes no words that need this; a program encodes a value.
    /%(?:2[0Ff]|3[ACac]|7[Bb])/.test(segment) ||
    /^\d{4}-\d{2}-\d{2}(?:T.*)?$/.test(segment) ||
    /^[0-9a-f]{16,}$/i.test(segment) ||
    /^[0-9A-HJKMNP-TV-Z]{26}$/.test(segment) ||
    /^(?=.*\d)(?=.*[a-z])[a-z]{1,8}[_-][A-Za-z0-9]{8,}$/i.test(segment) ||
    /^[A-Z]{1,6}(?:-[A-Z]{1,6})*-?\d{3,}$/.test(segment) ||
    /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(segment) ||
    looksSecret(segment)
  );
}

/**
 * Replaces what differs from request to request by path parameters: segments that look like ids, and segments in which otherwise
 * equal requests differ. Named after the segment before: `/users/42` is `/users/{userId}`.
 */
export function templatePaths(samples: Stripped[]): Stripped[] {
  const byIds = samples.map((sample) => ({
    ...sample,
    segments: nameParameters(
      sample.segments.map((segment, index) =>
        "literal" in segment && isIdLike(segment.literal, index)
          ? { parameter: "", example: segment.literal }
          : segment,
      ),
    ),
  }));
  return mergeSiblings(byIds);
}

function mergeSiblings(samples: Stripped[]): Stripped[] {
  const groups = new Map<string, Stripped[]>();
  for (const sample of samples) {
    const last = sample.segments.at(-1);
    const before = sample.segments.at(-2);
    if (!last || !("literal" in last) || !before || !("literal" in before)) continue;
    if (WORD.test(last.literal) || !/[^s]s$/i.test(before.literal)) continue;
    const key = JSON.stringify([sample.method, sample.baseUrl?.url, sample.segments.slice(0, -1)]);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  const merged = new Set<Stripped>();
  for (const group of groups.values()) {
    const distinct = new Set(group.map(({ segments }) => JSON.stringify(segments.at(-1))));
    const shapes = group.map(shapeOf);
    const isAlike = new Set(shapes).size === 1;
    // Answers of one shape are strong evidence; without any it takes three.
    const isEnough = distinct.size >= (shapes[0] === "" ? 3 : 2);
    if (isAlike && isEnough) for (const sample of group) merged.add(sample);
  }
  return samples.map((sample) => {
    if (!merged.has(sample)) return sample;
    const last = sample.segments.at(-1) as { literal: string };
    return {
      ...sample,
      segments: nameParameters([...sample.segments.slice(0, -1), { parameter: "", example: last.literal }]),
    };
  });
}

/** The keys of a successful JSON answer; empty when there is none. Lists have no shape that tells. */
function shapeOf({ responses }: Stripped): string {
  const text = responses.find(({ status, text }) => status >= 200 && status < 300 && text)?.text ?? "";
  if (!text.startsWith("{")) return text.startsWith("[") ? "[]" : "";
  try {
    return Object.keys(JSON.parse(text)).sort().join(" ");
  } catch {
    return "";
  }
}

/** Gives parameters without a name the name of what stands before them; no name twice in a path. */
export function nameParameters(segments: Segment[]): Segment[] {
  const taken = new Set(segments.flatMap((segment) => ("parameter" in segment ? [segment.parameter] : [])));
  return segments.map((segment, index) => {
    if ("literal" in segment || segment.parameter !== "") return segment;
    const before = segments
      .slice(0, index)
      .reverse()
      .find((item) => "literal" in item);
    const isDate = /^\d{4}-\d{2}-\d{2}/.test(segment.example ?? "");
    const noun = before && "literal" in before ? singular(before.literal) : "";
    const base = isDate ? "date" : noun === "" ? "id" : `${noun}Id`;
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
    taken.add(name);
    return { ...segment, parameter: name };
  });
}

function singular(text: string): string {
  const cleaned = text
    .replace(/\.[a-z]+$/i, "")
    .replace(/[^A-Za-z0-9]+(.)?/g, (_all, next: string | undefined) => (next ?? "").toUpperCase())
    .replace(/^./, (first) => first.toLowerCase())
    .slice(0, 40);
  if (/^v?\d+$/.test(cleaned)) return "";
  if (/[^aeiou]ies$/.test(cleaned)) return cleaned.replace(/ies$/, "y");
  if (/(?:ss|x|ch|sh)es$/.test(cleaned)) return cleaned.replace(/es$/, "");
  return /[^su]s$/.test(cleaned) ? cleaned.replace(/s$/, "") : cleaned;
}

/** Nesting that a request may have. Deeper text parses, and then breaks whatever walks it. */
const DEPTH_MAX = 64;

/** The name of the member that would become an object's prototype, in every spelling that JSON has for it. */
const PROTO = /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"/i;

/** Parses a body, or says why not. Refuses deep nesting before parsing, and drops `__proto__` members. */
export function parseBody(body: Buffer): { value: unknown } | { problem: string } {
  const text = body.toString("utf8");
  if (mayBeDeeperThan(text, DEPTH_MAX) && isDeeperThan(body, DEPTH_MAX))
    return { problem: `the body is nested deeper than ${DEPTH_MAX} levels` };
  try {
    // Either as it is or with an escape in it: searching for both is faster than the pattern.
    const mayHoldProto = text.includes("__proto__") || text.includes("\\u00");
    return { value: mayHoldProto && PROTO.test(text) ? JSON.parse(text, dropPrototype) : JSON.parse(text) };
  } catch {
    return { problem: "the body is not JSON" };
  }
}

function dropPrototype(this: unknown, key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

/** Whether there are brackets enough, wherever they stand: most bodies have a few, and searching is faster than walking. */
function mayBeDeeperThan(text: string, max: number): boolean {
  let brackets = 0;
  for (const bracket of ["[", "{"])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++brackets > max) return true;
  return false;
}

function isDeeperThan(body: Buffer, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > max) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

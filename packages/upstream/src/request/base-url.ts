import type { BaseUrl, CallPlan } from "@portico/openapi";
import { memoized } from "../memoized.ts";
import type { Target } from "../types.ts";
import { ProblemError, refuse } from "./problem.ts";

/** An absolute http(s) URL, taken apart. */
export interface Base {
  origin: string;
  /** Without a trailing slash. */
  path: string;
  /** Without its question mark. */
  query: string;
}

/** As many base URLs as are remembered in parsed form. */
const BASES_MAX = 1_000;

/**
 * The absolute http(s) URL that the operation's path is appended to. A target's own
 * base URL wins over everything in the document. Variables may fill their place and nothing more: none can
 * change which host is called unless the document puts the variable into the host.
 */
export function resolveBaseUrl(plan: CallPlan, target: Target): Base {
  const last = resolved.get(plan);
  const { baseUrl, documentUrl, variables } = target;
  if (last && last.baseUrl === baseUrl && last.documentUrl === documentUrl && last.variables === variables)
    return last.base;
  const base = baseOfTarget(plan, target);
  resolved.set(plan, { baseUrl, documentUrl, variables, base });
  return base;
}

/** What each plan was resolved to last: calls are many, and hardly any is to another place than the one before. */
const resolved = new WeakMap<CallPlan, { [part in keyof Place]: Place[part] | undefined } & { base: Base }>();

function baseOfTarget(plan: CallPlan, target: Target): Base {
  if (target.baseUrl !== undefined) return parse(target.baseUrl, target.documentUrl ?? plan.documentUrl);
  const documentUrl = target.documentUrl ?? plan.documentUrl;
  const candidates = plan.baseUrls.length > 0 ? plan.baseUrls : [{ url: "/", variables: {} }];
  const isHttp = (candidate: BaseUrl) => !/^[a-z][a-z0-9+.-]*:/i.test(candidate.url) || /^https?:/i.test(candidate.url);
  const chosen = candidates.find(isHttp);
  if (!chosen)
    return refuse(
      "",
      "The document names no http or https base URL; set one in the server's settings.",
      candidates[0]?.url,
    );
  return parse(substitute(chosen, target.variables ?? {}), documentUrl);
}

type Place = Pick<Target, "baseUrl" | "documentUrl" | "variables">;

/** The origin that a tool calls, with the default of every variable that is not given; undefined when it has no usable base URL. */
export function originOf(plan: CallPlan, target: Place): string | undefined {
  return baseOf(plan, target)?.origin;
}

/** The same with its path. */
export function baseUrlOf(plan: CallPlan, target: Place): string | undefined {
  const base = baseOf(plan, target);
  return base && base.origin + base.path;
}

function baseOf(plan: CallPlan, target: Place): Base | undefined {
  try {
    return resolveBaseUrl(plan, { ...target, credentials: {} });
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function substitute(base: BaseUrl, given: Record<string, string>): string {
  if (!base.url.includes("{")) return base.url;
  return base.url.replace(/\{([^{}]*)\}/g, (_match, name: string, offset: number) => {
    const variable = Object.hasOwn(base.variables, name) ? base.variables[name] : undefined;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return variable?.default ?? "";
    if (variable?.enum && !variable.enum.includes(value))
      return refuse("", `The base URL variable ${name} must be one of ${variable.enum.join(", ")}.`, value);
    if (!isSafeVariable(base.url, offset, value))
      return refuse("", `The base URL variable ${name} holds characters that would change the address.`, value);
    return value;
  });
}

function isSafeVariable(template: string, offset: number, value: string): boolean {
  if (offset === 0) return /^https?:\/\/[^\s\\@?#]+$/i.test(value) || /^(https?|[\w./-]*)$/i.test(value);
  if (value.split("/").some((segment) => segment === "." || segment === "..")) return false;
  const authority = template.indexOf("://");
  const pathStart = authority < 0 ? 0 : template.indexOf("/", authority + 3);
  const isInHost = authority >= 0 && (pathStart < 0 || offset < pathStart);
  return isInHost ? /^[A-Za-z0-9._:-]+$/.test(value) : /^[A-Za-z0-9._~!$&'()*+,;=:/-]*$/.test(value);
}

function parse(text: string, documentUrl: string | undefined): Base {
  // The length tells where one ends and the other begins.
  return parsed(`${text.length} ${text}${documentUrl ?? ""}`);
}

const parsed = memoized(BASES_MAX, (key): Base => {
  const start = key.indexOf(" ") + 1;
  const end = start + Number(key.slice(0, start));
  return parseBase(key.slice(start, end), key.slice(end) || undefined);
});

function parseBase(text: string, documentUrl: string | undefined): Base {
  let url: URL;
  try {
    url = new URL(text, documentUrl);
  } catch {
    return refuse("", "The API's base URL is missing or relative; set one in the server's settings.", text);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return refuse("", "The API's base URL must start with https:// or http://.", text);
  if (url.username !== "" || url.password !== "")
    return refuse("", "The API's base URL must not hold a user name or password.", url.host);
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, ""), query: url.search.slice(1) };
}

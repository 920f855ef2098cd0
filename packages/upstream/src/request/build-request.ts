import type { CallPlan, ParameterPlan } from "@portico/openapi";
import { isObject } from "../json.ts";
import type { BuildResult, RequestTool, Target, UpstreamRequest } from "../types.ts";
import { type Base, resolveBaseUrl } from "./base-url.ts";
import { buildBody } from "./body.ts";
import { encode, scalarText } from "./encode.ts";
import { cookiePairs, headerValue } from "./header.ts";
import { buildPath } from "./path.ts";
import { BlockedError, ProblemError, refuse } from "./problem.ts";
import { queryPairs } from "./query.ts";
import { applySecurity } from "./security.ts";

/**
 * A tool call as an HTTP request, without sending it. Only arguments in the plan are used; each is encoded for
 * its place, so that none can add a parameter, a header or a segment, or change the host.
 */
export function buildRequest(tool: RequestTool, args: Record<string, unknown>, target: Target): BuildResult {
  try {
    return { ok: true, request: build(tool.plan, args, target) };
  } catch (error) {
    if (error instanceof BlockedError) return { ok: false, problems: [error.problem], isBlocked: true };
    if (error instanceof ProblemError) return { ok: false, problems: [error.problem] };
    throw error;
  }
}

function build(plan: CallPlan, args: Record<string, unknown>, target: Target): UpstreamRequest {
  const base = resolveBaseUrl(plan, target);
  const security = applySecurity(plan.security, target, base.origin);
  const present = plan.parameters.filter(
    ({ argument }) => Object.hasOwn(args, argument) && args[argument] !== undefined,
  );
  const query = fixedQuery(plan, present);
  const headers: [string, string][] = [["accept", plan.response.accept]];
  const cookies: string[] = [];
  for (const parameter of present) {
    const given = args[parameter.argument];
    if (parameter.in === "cookie") cookies.push(...cookiePairs(parameter, given));
    else if (parameter.in === "header") {
      const value = headerValue(parameter, given);
      if (value !== undefined) headers.push([parameter.name, value]);
    } else if (parameter.in !== "path") query.push(...queryOf(parameter, given));
  }
  query.push(...security.query);
  headers.push(...security.headers);
  cookies.push(...security.cookies);
  const url = compose(base, buildPath(plan, args), query);
  if (cookies.length > 0) headers.push(["cookie", cookies.join("; ")]);

  const body = plan.body && buildBody(plan.body, args);
  if (body) headers.push(["content-type", body.contentType]);
  return {
    method: plan.method,
    url,
    headers,
    ...(body ? { body: body.body } : {}),
    secrets: security.secrets,
    missingCredentials: security.missing,
  };
}

/** Pairs of the template, but those that an argument replaces. */
function fixedQuery(plan: CallPlan, present: ParameterPlan[]): string[] {
  if (plan.fixedQuery === undefined) return [];
  const given = new Set(present.filter((parameter) => parameter.in === "query").map((parameter) => parameter.name));
  return plan.fixedQuery
    .filter(([name]) => !given.has(name))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`);
}

function queryOf(parameter: ParameterPlan, value: unknown): string[] {
  if (parameter.in === "querystring") return wholeQuery(parameter, value);
  if (parameter.in !== "query") return [];
  if (parameter.contentType !== undefined) {
    const text = /json/i.test(parameter.contentType) ? JSON.stringify(value) : scalarText(value);
    return [`${encode(parameter.name)}=${encode(text)}`];
  }
  return queryPairs(parameter.name, value, parameter);
}

/** OpenAPI 3.2 `in: querystring`: the value is the whole query. */
function wholeQuery(parameter: ParameterPlan, value: unknown): string[] {
  if (/x-www-form-urlencoded/i.test(parameter.contentType ?? "") && isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) =>
      queryPairs(name, isObject(item) ? JSON.stringify(item) : item, { style: "form", explode: true }),
    );
  }
  return [encode(/json/i.test(parameter.contentType ?? "") ? JSON.stringify(value) : scalarText(value))];
}

const ENCODED_PATH = /^(?:\/(?!\.|%2e)[\w.~!$&'()*+,;=:@%-]*)+$/i;

/** Joined as text and checked as a URL: parsing must change nothing, or a value has escaped its place. */
function compose(base: Base, path: string, query: string[]): string {
  const pathname = `${base.path}${path}`;
  let search = base.query;
  for (const part of query) if (part !== "") search += search === "" ? part : `&${part}`;
  const text = `${base.origin}${pathname}${search === "" ? "" : `?${search}`}`;
  // What is encoded and has no segments of dots stays as it is.
  if (ENCODED_PATH.test(pathname)) return text;
  const url = new URL(text);
  if (url.origin !== base.origin || url.pathname !== pathname)
    refuse("", "The arguments do not fit into the path of the API.", path);
  return text;
}

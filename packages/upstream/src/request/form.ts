import type { BodyPlan } from "@portico/openapi";
import { isObject } from "../json.ts";
import { scalarText } from "./encode.ts";
import { queryPairs } from "./query.ts";

/**
 * `application/x-www-form-urlencoded` with the Encoding Object. Without one, lists repeat their key and
 * objects are JSON, which is OpenAPI's default content type for them.
 */
export function formBody(plan: BodyPlan, value: unknown): string {
  if (!isObject(value)) return scalarText(value);
  const pairs = Object.entries(value).flatMap(([name, field]) => {
    const encoding = plan.encoding?.[name];
    const hasStyle =
      encoding?.style !== undefined || encoding?.explode !== undefined || encoding?.allowReserved !== undefined;
    if (encoding && hasStyle) {
      const style = encoding.style ?? "form";
      return queryPairs(name, field, {
        style,
        explode: encoding.explode ?? style === "form",
        allowReserved: encoding.allowReserved === true,
      });
    }
    if (encoding?.contentType !== undefined && /json/i.test(encoding.contentType)) {
      return field === undefined ? [] : queryPairs(name, JSON.stringify(field), { style: "form", explode: true });
    }
    const isJson = isObject(field) && Object.keys(field).length > 0;
    return queryPairs(name, isJson ? JSON.stringify(field) : field, { style: "form", explode: true });
  });
  return pairs.join("&");
}

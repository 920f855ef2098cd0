import type { JsonSchema } from "@portico/openapi";
import { TriangleAlert } from "lucide-react";
import { Badge } from "@/components/ui/badge.tsx";
import { count } from "@/components/ui/figures.ts";
import { KIND_WORDS, kindOf } from "./kind.ts";
import { MethodBadge } from "./method-badge.tsx";
import type { ToolRow } from "./tool-row.ts";
import type { PeekedTool } from "./use-tool.ts";

/** The operation behind a tool, and what could not be kept of it. */
export function OperationFacts({ row }: { row: ToolRow }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <MethodBadge method={row.method} />
        <code className="min-w-0 font-mono text-sm [overflow-wrap:anywhere]">{row.path}</code>
      </div>
      <div className="flex flex-wrap gap-1.5">
        <Badge tone={kindOf(row.method)}>{KIND_WORDS[kindOf(row.method)]}</Badge>
        {row.name ? <Badge>{count(row.tokens, "token")}</Badge> : null}
        {row.isDeprecated ? <Badge>Deprecated</Badge> : null}
      </div>
      {row.reasons.length > 0 ? (
        <section className="flex flex-col gap-1 rounded-control bg-sunken p-3">
          <h3 className="flex items-center gap-1.5 font-medium">
            <TriangleAlert size={16} aria-hidden />
            {row.name ? "Needs attention" : "No tool can be made of it"}
          </h3>
          <ul className="flex flex-col gap-1 text-sm text-muted">
            {row.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

/** What a model may fill in. */
export function ToolParameters({ tool }: { tool: PeekedTool }) {
  const properties = Object.entries((tool.inputSchema.properties ?? {}) as Record<string, JsonSchema>);
  const required = new Set((tool.inputSchema.required as string[] | undefined) ?? []);
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-medium">
        Parameters <span className="font-normal text-muted">{properties.length}</span>
      </h3>
      {properties.length === 0 ? <p className="text-sm text-muted">It takes none.</p> : null}
      <dl className="flex flex-col gap-2">
        {properties.map(([name, schema]) => (
          <div key={name}>
            <dt className="flex flex-wrap items-baseline gap-x-2">
              <code className="font-mono text-sm font-medium [overflow-wrap:anywhere]">{name}</code>
              <span className="text-xs text-muted">
                {typeText(schema)}
                {required.has(name) ? ", required" : ""}
              </span>
            </dt>
            {typeof schema.description === "string" ? (
              <dd className="text-sm text-muted [overflow-wrap:anywhere]">{schema.description}</dd>
            ) : null}
          </div>
        ))}
      </dl>
    </section>
  );
}

const CHOICES_MAX = 6;

function typeText(schema: JsonSchema): string {
  if (Array.isArray(schema.enum)) {
    const more = schema.enum.length > CHOICES_MAX ? ` and ${schema.enum.length - CHOICES_MAX} more` : "";
    return `one of ${schema.enum.slice(0, CHOICES_MAX).map(String).join(", ")}${more}`;
  }
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== "null") : [schema.type];
  const type = types.filter(Boolean).join(" or ") || (schema.properties || schema.$ref ? "object" : "any");
  if (type === "array" && schema.items && typeof schema.items === "object")
    return `list of ${typeText(schema.items as JsonSchema)}`;
  return typeof schema.format === "string" ? `${type}, ${schema.format}` : type;
}

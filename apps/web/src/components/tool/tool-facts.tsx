import type { JsonSchema } from "@portico/openapi";
import type { ToolView } from "@portico/services";
import { TriangleAlert } from "lucide-react";
import { Excerpt } from "@/components/document/excerpt.tsx";
import { Pointer } from "@/components/document/pointer.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { count } from "@/components/ui/figures.ts";
import { KIND_WORDS } from "./kind.ts";
import { MethodBadge } from "./method-badge.tsx";
import { STATUS_WORDS } from "./status.ts";
import type { Reason, ToolRow } from "./tool-row.ts";

/** The operation behind a tool: whether it is ready, and what could not be kept of it and where. */
export function OperationFacts({
  row,
  findings = [],
  hasAddress = true,
}: {
  row: ToolRow;
  /** Whether to say which operation it is. */
  hasAddress?: boolean;
  /** What of it breaks the rules of the specification, as far as that was checked. */
  findings?: readonly Reason[];
}) {
  return (
    <>
      {hasAddress ? (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <MethodBadge method={row.method} kind={row.kind} />
          <code className="min-w-0 font-mono text-sm [overflow-wrap:anywhere]">{row.path}</code>
        </div>
      ) : null}
      <div className="flex flex-wrap gap-1.5">
        <Badge tone={row.status === "ok" ? "ok" : "neutral"}>{STATUS_WORDS[row.status]}</Badge>
        <Badge tone={row.kind}>{KIND_WORDS[row.kind]}</Badge>
        {row.name ? <Badge>{count(row.tokens, "token")}</Badge> : null}
        {row.isDeprecated ? <Badge>Deprecated</Badge> : null}
      </div>
      {row.reasons.length > 0 ? (
        <Reasons title={row.name ? "It works, with limits" : "No tool can be made of it"} reasons={row.reasons} />
      ) : null}
      {findings.length > 0 ? <Reasons title="The document is not quite right here" reasons={findings} /> : null}
    </>
  );
}

function Reasons({ title, reasons }: { title: string; reasons: readonly Reason[] }) {
  return (
    <section className="flex flex-col gap-1 rounded-control bg-sunken p-3">
      <h3 className="flex items-center gap-1.5 font-medium">
        <TriangleAlert size={16} aria-hidden />
        {title}
      </h3>
      <ul className="flex flex-col gap-1.5 text-sm text-muted">
        {reasons.map(({ message, pointer, position }) => (
          <li key={message + pointer} className="[overflow-wrap:anywhere]">
            {message}
            <Pointer pointer={pointer} position={position} />
            {position?.excerpt ? <Excerpt line={position.line} excerpt={position.excerpt} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The media type that a tool's body goes to the API as; nothing for a tool without one. */
export function SentAs({ tool }: { tool: ToolView }) {
  if (!tool.contentType) return null;
  const others = tool.contentTypes?.filter((contentType) => contentType !== tool.contentType) ?? [];
  return (
    <p className="text-sm text-muted">
      Sent as <code className="font-mono [overflow-wrap:anywhere]">{tool.contentType}</code>
      {others.length > 0 ? `; the document offers ${others.join(", ")} too` : ""}
    </p>
  );
}

/** What a model may fill in. */
export function ToolParameters({ tool }: { tool: ToolView }) {
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

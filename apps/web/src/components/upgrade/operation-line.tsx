import { MethodBadge } from "@/components/tool/method-badge.tsx";

/** An operation by its key, after the name of the tool that people know. */
export function OperationLine({ operation, tool }: { operation: string; tool?: string | undefined }) {
  const space = operation.indexOf(" ");
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1">
      {tool ? <code className="font-mono text-sm font-medium [overflow-wrap:anywhere]">{tool}</code> : null}
      <MethodBadge method={operation.slice(0, space)} />
      <code className="min-w-0 font-mono text-sm text-muted [overflow-wrap:anywhere]">
        {operation.slice(space + 1)}
      </code>
    </span>
  );
}

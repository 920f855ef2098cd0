import { FlaskConical } from "lucide-react";
import Link from "next/link";
import { isOwnTool, ownToolName } from "@/components/tool/own-tool-key.ts";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

/** The tool of an address is neither drafted nor served any more. */
export function GoneTool({ href, operation }: { href: string; operation: string }) {
  const isOwn = isOwnTool(operation);
  return (
    <EmptyState
      icon={<FlaskConical size={24} aria-hidden />}
      title="This tool is gone"
      action={
        <>
          <Link href={isOwn ? `${href}/own-tools` : `${href}/tools`} className={buttonClass()}>
            {isOwn ? "See the own tools" : "See the tools of the draft"}
          </Link>
          {isOwn ? null : (
            <Link href={`${href}/upgrade`} className={buttonClass({ look: "quiet" })}>
              See the document’s revisions
            </Link>
          )}
        </>
      }
    >
      <p>
        {isOwn ? "There was a tool of several calls " : "There was an operation "}
        <code className="font-mono text-sm [overflow-wrap:anywhere]">{isOwn ? ownToolName(operation) : operation}</code>
        {isOwn
          ? ". It is neither in the draft nor in the version that clients get: it was deleted or has another name now."
          : ". The document that the draft is made of no longer has it, and the version that clients get does not, either."}{" "}
        Choose another one here.
      </p>
    </EmptyState>
  );
}

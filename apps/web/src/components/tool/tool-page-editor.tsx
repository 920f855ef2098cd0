"use client";

import { ToolEditor } from "./tool-editor.tsx";
import type { Reason, ToolRow } from "./tool-row.ts";
import { useToolDrafts } from "./use-tool-drafts.ts";

/** The editor of one tool on a page of its own. */
export function ToolPageEditor(props: {
  serverId: string;
  row: ToolRow;
  findings: readonly Reason[];
  mayWrite: boolean;
}) {
  return <ToolEditor {...props} words={useToolDrafts(props.serverId)} />;
}

"use client";

import type { JsonSchema } from "@portico/openapi";
import type { ToolView } from "@portico/services";
import { useEffect, useState } from "react";
import { callRest } from "@/components/try/call-rest.ts";
import { type ArgumentField, fieldsOf } from "@/components/try/fields.ts";

const known = new Map<string, ArgumentField[]>();

/** The arguments of an operation as its document has them; undefined until they are read. */
export function useArguments(documentId: string, operation: string): ArgumentField[] | undefined {
  const address = `/api/v1/documents/${documentId}/tools/${encodeURIComponent(operation)}`;
  const [, again] = useState(0);
  useEffect(() => {
    if (operation === "" || known.has(address)) return;
    const abort = new AbortController();
    void callRest<ToolView>("GET", address, undefined, abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      known.set(address, answer.ok ? fieldsOf(answer.value.inputSchema as JsonSchema) : []);
      again((count) => count + 1);
    });
    return () => abort.abort();
  }, [address, operation]);
  return operation === "" ? [] : known.get(address);
}

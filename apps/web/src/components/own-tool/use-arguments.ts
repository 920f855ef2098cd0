"use client";

import type { JsonSchema } from "@portico/openapi";
import type { ToolView } from "@portico/services";
import { useEffect, useState } from "react";
import { callRest } from "@/components/try/call-rest.ts";
import { type ArgumentField, fieldsOf } from "@/components/try/fields.ts";

const known = new Map<string, ArgumentField[]>();

/** The arguments of an operation as its document has them, from where they are told; undefined until they are read, none without an address. */
export function useArguments(address: string | undefined): ArgumentField[] | undefined {
  const [, again] = useState(0);
  useEffect(() => {
    if (address === undefined || known.has(address)) return;
    const abort = new AbortController();
    void callRest<ToolView>("GET", address, undefined, abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      known.set(address, answer.ok ? fieldsOf(answer.value.inputSchema as JsonSchema) : []);
      again((count) => count + 1);
    });
    return () => abort.abort();
  }, [address]);
  return address === undefined ? [] : known.get(address);
}

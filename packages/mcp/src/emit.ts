import type { ClientIdentity, McpEvent, McpExchange } from "./contract.ts";

type Notice =
  | { type: "initialize" | "discover" | "tools/list"; client: ClientIdentity }
  | { type: "internal_error"; error: unknown };

/** Tells the owner of the endpoint what happened in this exchange. Never throws. */
export type Emit = (notice: Notice) => void;

export function createEmit(onEvent: ((event: McpEvent) => void) | undefined, exchange: McpExchange): Emit {
  return (notice) => {
    try {
      onEvent?.({ ...notice, version: exchange.version, principal: exchange.principal });
    } catch {
      // A failing listener is not the client's problem, and there is nobody left to tell.
    }
  };
}

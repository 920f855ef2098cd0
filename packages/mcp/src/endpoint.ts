import { classify, type Inbound } from "./classify.ts";
import type { McpEndpointDeps, McpExchange, McpResponse } from "./contract.ts";
import { createEmit, type Emit } from "./emit.ts";
import { echoableId, INTERNAL } from "./json-rpc.ts";
import { answerLegacy, answerLegacyBatch, answerLegacySession } from "./legacy.ts";
import { answerModern, refuseModernMethod } from "./modern.ts";
import { abandoned, refuse } from "./responses.ts";

/**
 * The MCP endpoint of every published server, in every protocol era. It never throws: a bug of ours becomes -32603
 * with the request's id, and its cause goes to `onEvent`.
 */
export function createMcpEndpoint(deps: McpEndpointDeps): (exchange: McpExchange) => Promise<McpResponse> {
  return async (exchange) => {
    const { request } = exchange;
    const emit = createEmit(deps.onEvent, exchange);
    try {
      const response = await answer(classify(request), exchange, deps, emit);
      return request.signal.aborted ? abandoned() : response;
    } catch (error) {
      if (request.signal.aborted) return abandoned();
      emit({ type: "internal_error", error });
      return refuse(500, echoableId(request.body), INTERNAL);
    }
  };
}

function answer(
  inbound: Inbound,
  exchange: McpExchange,
  deps: McpEndpointDeps,
  emit: Emit,
): McpResponse | Promise<McpResponse> {
  switch (inbound.kind) {
    case "rejected":
      return refuse(inbound.status, inbound.id, inbound.error);
    case "modern":
      return answerModern(inbound.message, inbound.protocolVersion, exchange, deps, emit);
    case "modern-session":
      return refuseModernMethod();
    case "legacy":
      return answerLegacy(inbound.message, exchange, deps, emit);
    case "legacy-batch":
      return answerLegacyBatch(inbound.messages, exchange, deps, emit);
    case "legacy-session":
      return answerLegacySession(exchange, deps);
  }
}

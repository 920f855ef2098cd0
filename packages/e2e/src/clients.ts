import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CreateMessageRequestSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

export interface ToolAnswer {
  content: { type: string; text?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
}

/** What the stories need of a client, whichever SDK and era it is. */
export interface McpClient {
  listTools(): Promise<{ name: string; inputSchema: Record<string, unknown> }[]>;
  callTool(name: string, args: Record<string, unknown>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

export const clientKinds = ["sdk 1.x", "client, legacy", "client, auto", "client, pinned 2026-07-28"] as const;
export type ClientKind = (typeof clientKinds)[number];

/** What a client is called, and what its side answers when it is asked; without a function it cannot be. */
export interface ClientSide {
  name?: string;
  onElicit?: (params: Asked) => object;
  onSample?: (params: Asked) => object;
}

/** The parameters of a question, as they came. */
export type Asked = Record<string, unknown>;

/** A real client of the given kind, connected with a bearer token. */
export async function connectClient(
  kind: ClientKind,
  url: string,
  token: string,
  { name = "portico-e2e", onElicit, onSample }: ClientSide = {},
): Promise<McpClient> {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const identity = { name, version: "1.0.0" };
  const capabilities = { ...(onElicit ? { elicitation: {} } : {}), ...(onSample ? { sampling: {} } : {}) };
  if (kind === "sdk 1.x") {
    const client = new LegacyClient(identity, { capabilities });
    if (onElicit) client.setRequestHandler(ElicitRequestSchema, ({ params }) => onElicit(params) as never);
    if (onSample) client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => onSample(params) as never);
    await client.connect(new LegacyTransport(new URL(url), { requestInit }));
    return {
      listTools: async () => (await client.listTools()).tools,
      callTool: async (name, args) => (await client.callTool({ name, arguments: args })) as ToolAnswer,
      close: () => client.close(),
    };
  }
  const mode = kind === "client, auto" ? "auto" : kind === "client, legacy" ? "legacy" : { pin: "2026-07-28" as const };
  const client = new ModernClient(identity, { versionNegotiation: { mode }, capabilities });
  if (onElicit) client.setRequestHandler("elicitation/create", ({ params }) => onElicit(params) as never);
  if (onSample) client.setRequestHandler("sampling/createMessage", ({ params }) => onSample(params) as never);
  await client.connect(new ModernTransport(new URL(url), { requestInit }));
  return {
    listTools: async () => (await client.listTools()).tools as Awaited<ReturnType<McpClient["listTools"]>>,
    callTool: async (name, args) => (await client.callTool({ name, arguments: args })) as ToolAnswer,
    close: () => client.close(),
  };
}

import { installLinks } from "@portico/mcp";
import type { ConnectAddress } from "./connect-guide.tsx";

/** The two URLs of a server with how each client is told of them. Two entries of one client have to differ in name. */
export function addressesOf({ mcpUrl, readOnlyUrl, title }: { mcpUrl: string; readOnlyUrl: string; title: string }): {
  full: ConnectAddress;
  readOnly: ConnectAddress;
} {
  return {
    full: { url: mcpUrl, clients: installLinks({ url: mcpUrl, name: title }) },
    readOnly: { url: readOnlyUrl, clients: installLinks({ url: readOnlyUrl, name: `${title} reading only` }) },
  };
}

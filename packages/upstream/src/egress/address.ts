import ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.process>;
type Range = [Address, number];

/** Not public, although `ipaddr.js` calls them unicast: IPv4-compatible, NAT64, site-local, Azure, Oracle. */
const EXTRA = [
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "fec0::/10",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "100.100.100.200/32",
].map((cidr) => ipaddr.parseCIDR(cidr));

/** Decides which addresses may be connected to. */
export interface AddressPolicy {
  isAllowed(address: string): boolean;
}

/** Public addresses, and those in the CIDRs that the operator opened. Invalid CIDRs throw at start-up. */
export function createAddressPolicy(allow: readonly string[]): AddressPolicy {
  const opened: Range[] = allow.map((cidr) =>
    ipaddr.parseCIDR(cidr.includes("/") ? cidr : `${cidr}/${cidr.includes(":") ? 128 : 32}`),
  );
  return {
    isAllowed(text) {
      if (!ipaddr.isValid(text)) return false;
      // A zone id names an interface of this machine.
      if (text.includes("%")) return false;
      const address = ipaddr.process(text);
      if (contains(opened, address)) return true;
      return address.range() === "unicast" && !contains(EXTRA, address);
    },
  };
}

function contains(ranges: readonly Range[], address: Address): boolean {
  return ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base as never, bits));
}

const LOCAL_SUFFIXES = [".localhost", ".local", ".internal", ".localdomain", ".home.arpa", ".cluster.local", ".svc"];
const LOCAL_NAMES = new Set(["localhost", "host.docker.internal", "kubernetes.default.svc"]);

/** Names that never mean a public host: refused before DNS is asked. */
export function isLocalName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  return LOCAL_NAMES.has(name) || !name.includes(".") || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

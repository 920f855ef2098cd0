import { describe, expect, it } from "vitest";
import { createAddressPolicy, isLocalName } from "./address.ts";

describe("addresses", () => {
  const closed = createAddressPolicy([]);
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "nonsense",
  ])("refuses %s", (address) => expect(closed.isAllowed(address)).toBe(false));
  it.each(["1.1.1.1", "93.184.216.34", "2606:4700::1111"])("allows %s", (address) =>
    expect(closed.isAllowed(address)).toBe(true),
  );

  it("opens only what is listed", () => {
    const open = createAddressPolicy(["127.0.0.0/8", "10.0.0.5"]);
    expect(
      ["127.9.9.9", "::ffff:127.0.0.1", "10.0.0.5", "10.0.0.6", "::1"].map((address) => open.isAllowed(address)),
    ).toEqual([true, true, true, false, false]);
  });

  it.each([
    "localhost",
    "x.localhost",
    "metadata.google.internal",
    "kubernetes.default.svc",
    "host.docker.internal",
    "printer",
    "localhost.",
    "a.local",
  ])("knows %s is local", (name) => expect(isLocalName(name)).toBe(true));
  it("knows a public name", () => expect(isLocalName("api.example.com")).toBe(false));
});

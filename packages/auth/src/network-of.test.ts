import { expect, it } from "vitest";
import { networkOf } from "./network-of.ts";

it.each([
  { given: "203.0.113.9", want: "203.0.113.9" },
  { given: "::ffff:203.0.113.9", want: "203.0.113.9" },
  { given: "::FFFF:203.0.113.9", want: "203.0.113.9" },
  { given: "2001:db8:1:2:3:4:5:6", want: "2001:db8:1:2::/64" },
  { given: "2001:DB8:1:2::1", want: "2001:db8:1:2::/64" },
  { given: "2001:0db8:0001:0002:ffff:ffff:ffff:ffff", want: "2001:db8:1:2::/64" },
  { given: "2001:db8::1", want: "2001:db8:0:0::/64" },
  { given: "fe80::1%eth0", want: "fe80:0:0:0::/64" },
  { given: "::1", want: "0:0:0:0::/64" },
  { given: "nonsense", want: "nonsense" },
])("$given is of $want", ({ given, want }) => expect(networkOf(given)).toBe(want));

"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { writeAddressSoon } from "./write-address.ts";

const REST_MS = 200;

/**
 * Something that is chosen on a page and stands in its address under `name`, so that it lasts over a reload and can be sent to somebody.
 * Empty is not there. What the rest of the address says stays.
 */
export function useAddressValue(name: string): [string, (value: string) => void] {
  const params = useSearchParams();
  const given = params.get(name) ?? "";
  const [value, setValue] = useState(given);
  const written = useRef(given);
  // A link to another one on this page, or the way back to one.
  useEffect(() => {
    if (given === written.current) return;
    written.current = given;
    setValue(given);
  }, [given]);
  useEffect(() => {
    if (value === written.current) return;
    return writeAddressSoon(() => {
      written.current = value;
      const { pathname, search, hash } = window.location;
      const query = new URLSearchParams(search);
      if (value === "") query.delete(name);
      else query.set(name, value);
      window.history.replaceState(null, "", `${pathname}${query.size > 0 ? `?${query}` : ""}${hash}`);
    }, REST_MS);
  }, [name, value]);
  return [value, setValue];
}

/** One of a few, of which the first is what an address without it means. */
export function useAddressChoice<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
): [Value, (value: Value) => void] {
  const [value, setValue] = useAddressValue(name);
  const chosen = values.find((one) => one === value) ?? values[0];
  return [chosen, (next) => setValue(next === values[0] ? "" : next)];
}

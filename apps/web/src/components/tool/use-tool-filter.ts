"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { writeAddressSoon } from "@/components/ui/write-address.ts";
import { filterQuery, readFilter, type ToolFilter, withFilter } from "./tool-filter.ts";

const REST_MS = 300;

/** The filter of a page with tools. It is in the address, so that it lasts over a reload and can be sent to somebody. */
export function useToolFilter(): [ToolFilter, (filter: ToolFilter) => void] {
  const params = useSearchParams();
  const [filter, setFilter] = useState(() => readFilter(params));
  const written = useRef(filterQuery(filter));
  // A link to another filter of this page, or the way back to one.
  useEffect(() => {
    const given = readFilter(params);
    if (filterQuery(given) === written.current) return;
    written.current = filterQuery(given);
    setFilter(given);
  }, [params]);
  useEffect(() => {
    const query = filterQuery(filter);
    if (query === written.current) return;
    return writeAddressSoon(() => {
      written.current = query;
      // What else the address says stays, as it is by now.
      const { pathname, search } = window.location;
      window.history.replaceState(null, "", `${pathname}${withFilter(search, filter)}`);
    }, REST_MS);
  }, [filter]);
  return [filter, setFilter];
}

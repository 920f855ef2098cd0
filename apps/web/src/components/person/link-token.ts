"use client";

import { useEffect, useState } from "react";

/** The part behind "#": a browser sends it to nobody, so that no log has it. It leaves the address, too. */
export function useLinkToken(): string | null {
  const [token, setToken] = useState<string | null>(null);
  useEffect(() => {
    const take = () => {
      setToken((before) => window.location.hash.slice(1) || before || "");
      window.history.replaceState(null, "", window.location.pathname);
    };
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return token;
}

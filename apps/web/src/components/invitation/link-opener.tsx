"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";

/** Takes the token of a link from behind "#", hands it to `open`, and clears it from the address; then shows the page. */
export function LinkOpener({ open, children }: { open: (token: string) => Promise<void>; children: ReactNode }) {
  const [isOpened, setOpened] = useState(false);
  const router = useRouter();
  useEffect(() => {
    const take = async () => {
      const token = window.location.hash.slice(1);
      if (token) {
        setOpened(false);
        window.history.replaceState(null, "", window.location.pathname);
        await open(token);
        router.refresh();
      }
      setOpened(true);
    };
    void take();
    // The page may be open already when another link is followed.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [open, router]);
  return isOpened ? (
    children
  ) : (
    <p role="status" className="text-muted">
      Opening the link…
    </p>
  );
}

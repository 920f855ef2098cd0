"use client";

import { Failure } from "@/components/shell/failure.tsx";
import "./globals.css";

/** When even the layout broke. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="p-6">
          <title>Portico</title>
          <Failure error={error} retry={reset} />
        </main>
      </body>
    </html>
  );
}

"use client";

import { KeyRound } from "lucide-react";
import { useEffect, useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { hasPasskeys, signInWithPasskey } from "./passkey.ts";

/** Shown only where the browser has passkeys. */
export function PasskeySignIn({ next }: { next: string }) {
  const [isShown, setShown] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  useEffect(() => setShown(hasPasskeys()), []);
  if (!isShown) return null;
  const run = () =>
    start(async () => {
      const result = await signInWithPasskey();
      if (result.ok) window.location.assign(next);
      else setProblem(result.message);
    });
  return (
    <div className="flex flex-col gap-2">
      {problem ? <Notice kind="problem" title={problem} /> : null}
      <Button size="large" isPending={isPending} onClick={run} icon={<KeyRound size={16} aria-hidden />}>
        Sign in with a passkey
      </Button>
    </div>
  );
}

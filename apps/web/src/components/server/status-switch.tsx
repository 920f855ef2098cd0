"use client";

import { Switch } from "radix-ui";
import { useId, useOptimistic, useTransition } from "react";
import { useToast } from "@/components/ui/toast.tsx";
import { setStatus } from "./actions.ts";

/** Live or paused, at once for everybody. */
export function StatusSwitch({ id, status }: { id: string; status: "live" | "paused" }) {
  const [shown, show] = useOptimistic(status);
  const [, start] = useTransition();
  const labelId = useId();
  const toast = useToast();
  const flip = (isLive: boolean) =>
    start(async () => {
      const next = isLive ? "live" : "paused";
      show(next);
      const outcome = await setStatus(id, next);
      if (!outcome.ok) toast(outcome.message);
      else toast(isLive ? "The server is live" : "The server is paused and answers nobody");
    });
  return (
    <div className="flex flex-row-reverse items-center gap-2">
      <Switch.Root
        checked={shown === "live"}
        onCheckedChange={flip}
        aria-labelledby={labelId}
        className="h-5 w-9 rounded-full border border-control bg-sunken transition-colors duration-100 data-[state=checked]:border-ok data-[state=checked]:bg-ok"
      >
        <Switch.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-muted transition-transform duration-100 data-[state=checked]:translate-x-[18px] data-[state=checked]:bg-surface" />
      </Switch.Root>
      <span id={labelId} className="font-medium">
        {shown === "live" ? "Live" : "Paused"}
      </span>
    </div>
  );
}

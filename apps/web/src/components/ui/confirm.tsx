"use client";

import { AlertDialog } from "radix-ui";
import { type ReactNode, useState, useTransition } from "react";
import type { Outcome } from "@/server/outcome.ts";
import { Button, buttonClass } from "./button.tsx";
import { Notice } from "./notice.tsx";
import { type ToastAction, useToast } from "./toast.tsx";

/** Asks once before something that cannot be taken back, or that others notice at once; the button says what it does. */
export function Confirm({
  trigger,
  title,
  children,
  verb,
  isDestroying = false,
  done,
  undo,
  act,
}: {
  trigger: ReactNode;
  title: string;
  children: ReactNode;
  verb: string;
  isDestroying?: boolean;
  /** Said when it is done. */
  done: string;
  /** The way back, where there is one. */
  undo?: ToastAction;
  act: () => Promise<Outcome<unknown>>;
}) {
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const run = () =>
    start(async () => {
      const outcome = await act();
      if (!outcome.ok) return setProblem(outcome.message);
      setOpen(false);
      toast(done, undo);
    });
  return (
    <AlertDialog.Root
      open={isOpen}
      onOpenChange={(next) => {
        setProblem(undefined);
        setOpen(next);
      }}
    >
      <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.01_75/0.45)]" />
        <AlertDialog.Content className="float-in fixed top-1/2 left-1/2 z-50 flex w-[calc(100vw-32px)] max-w-md -translate-x-1/2 -translate-y-1/2 flex-col gap-3 rounded-card border border-line bg-surface p-5 shadow-float">
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="text-muted">{children}</div>
          </AlertDialog.Description>
          {problem ? <Notice kind="problem">{problem}</Notice> : null}
          <div className="mt-2 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel className={buttonClass()}>Cancel</AlertDialog.Cancel>
            <Button look={isDestroying ? "destroying" : "primary"} isPending={isPending} onClick={run}>
              {verb}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

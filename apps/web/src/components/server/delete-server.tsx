"use client";

import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { removeServer } from "./actions.ts";

/** Deleting asks for the name, since nothing brings a server back. */
export function DeleteServer({ id, title }: { id: string; title: string }) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const run = () =>
    start(async () => {
      const outcome = await removeServer(id);
      if (outcome && !outcome.ok) setProblem(outcome.message);
    });
  return (
    <Dialog
      title={`Delete ${title}`}
      description="Its versions, credentials and connections go with it. Clients that use it stop working at once, and nothing brings it back."
      trigger={<Button look="destroying">Delete server</Button>}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        {problem ? (
          <Notice kind="problem" title="The server was not deleted">
            {problem}
          </Notice>
        ) : null}
        <Field label={<>Type {title} to confirm</>}>
          {(control) => (
            <Input {...control} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="destroying" disabled={typed.trim() !== title} isPending={isPending}>
            Delete server
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

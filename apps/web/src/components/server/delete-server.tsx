"use client";

import { DeleteDialog } from "@/components/ui/delete-dialog.tsx";
import { removeServer } from "./actions.ts";

/** Deleting asks for the name, since nothing brings a server back. */
export function DeleteServer({ id, title }: { id: string; title: string }) {
  return (
    <DeleteDialog
      noun="server"
      name={title}
      word={title}
      description="Its versions, credentials and connections go with it. Clients that use it stop working at once, and nothing brings it back."
      act={() => removeServer(id)}
    />
  );
}

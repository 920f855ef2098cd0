"use client";

import type { ServerDocumentView } from "@portico/services";
import { useEffect, useState } from "react";
import { saveBaseUrl } from "@/components/document/actions.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";

/** Where the tools of one of several documents call, when it is not what the document says. */
export function DocumentAddress({
  serverId,
  document: { id, title, baseUrl },
}: {
  serverId: string;
  document: Pick<ServerDocumentView, "id" | "title" | "baseUrl">;
}) {
  const { state, isPending, form } = useFormAction(saveBaseUrl, null);
  const [isOpen, setOpen] = useState(false);
  const toast = useToast();
  useEffect(() => {
    if (!state?.ok) return;
    setOpen(false);
    toast("Saved in the draft");
  }, [state, toast]);
  const refused = state && !state.ok ? state : undefined;
  return (
    <Dialog
      title={`Where ${title} is called`}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button aria-label={`Base URL of ${title}`}>Base URL</Button>}
    >
      <form {...form} className="flex flex-col gap-4">
        {refused && Object.keys(refused.fields).length === 0 ? (
          <Notice kind="problem" title="The address was not saved">
            {refused.message}
          </Notice>
        ) : null}
        <input type="hidden" name="serverId" value={serverId} />
        <input type="hidden" name="documentId" value={id} />
        <Field
          label="Base URL"
          aside={<span className="text-sm text-muted">optional</span>}
          error={refused?.fields.baseUrl}
          hint="Where its calls go instead of the address in the document. A credential goes only where the tools called when it was stored. Served from the next publish on."
        >
          {(control) => (
            <Input
              {...control}
              name="baseUrl"
              type="url"
              defaultValue={baseUrl ?? ""}
              placeholder="https://api.example.com/v1"
              spellCheck={false}
              className="font-mono text-sm"
            />
          )}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="primary" isPending={isPending}>
            Save address
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

import { Cable } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { addressesOf } from "./addresses.ts";
import { ConnectGuide } from "./connect-guide.tsx";

/** The button beside a server's URL, or another `trigger`, and what it opens. */
export function ConnectDialog({
  server,
  needsSignIn,
  hasKeysPage,
  trigger,
}: {
  server: Parameters<typeof addressesOf>[0];
  needsSignIn: boolean;
  hasKeysPage: boolean;
  trigger?: ReactNode;
}) {
  return (
    <Dialog
      isWide
      title={`Connect a client to ${server.title}`}
      description={needsSignIn ? "Whoever connects signs in here and is asked once." : "Nobody has to sign in."}
      trigger={
        trigger ?? (
          <Button look="primary" size="large" icon={<Cable size={16} aria-hidden />}>
            Connect
          </Button>
        )
      }
    >
      <ConnectGuide {...addressesOf(server)} needsSignIn={needsSignIn} hasKeysPage={hasKeysPage} />
    </Dialog>
  );
}

import { installLinks } from "@portico/mcp";
import { Cable } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { ConnectGuide } from "./connect-guide.tsx";

/** The button beside a server's URL, and what it opens. */
export function ConnectDialog({
  url,
  title,
  needsSignIn,
  hasKeysPage,
}: {
  url: string;
  title: string;
  needsSignIn: boolean;
  hasKeysPage: boolean;
}) {
  return (
    <Dialog
      isWide
      title={`Connect a client to ${title}`}
      description={needsSignIn ? "Whoever connects signs in here and is asked once." : "Nobody has to sign in."}
      trigger={
        <Button look="primary" size="large" icon={<Cable size={16} aria-hidden />}>
          Connect
        </Button>
      }
    >
      <ConnectGuide
        url={url}
        clients={installLinks({ url, name: title })}
        needsSignIn={needsSignIn}
        hasKeysPage={hasKeysPage}
      />
    </Dialog>
  );
}

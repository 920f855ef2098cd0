import type { Metadata } from "next";
import Link from "next/link";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { buttonClass } from "@/components/ui/button.tsx";

export const metadata: Metadata = { title: "Not connected" };

/** OAuth's error codes (RFC 6749 §4.1.2.1, RFC 8707 §2, OpenID Connect) and our own, as sentences. What a client wrote is never shown. */
const REASONS: Record<string, { title: string; sentence: string }> = {
  expired: {
    title: "This request has expired",
    sentence: "It waited for more than an hour, or it was answered already. Start connecting again in your app.",
  },
  access_denied: {
    title: "You did not connect",
    sentence: "Nothing was changed. To connect after all, start again in your app.",
  },
  invalid_target: {
    title: "There is no server at this URL",
    sentence:
      "The app asked for a server that does not exist here. Check the URL in the app against the one that you were given.",
  },
  invalid_client: {
    title: "The app is not known here",
    sentence: "Its registration is gone or was never made. Remove the server in the app and add it again.",
  },
  invalid_redirect_uri: {
    title: "The app gave another way back than it registered",
    sentence: "To be safe, nothing was sent there. Remove the server in the app and add it again.",
  },
  unsupported_response_type: {
    title: "The app asked in a way that Portico does not answer",
    sentence: "It has to use OAuth 2.1 with a code. An update of the app may help.",
  },
  invalid_scope: {
    title: "The app asked for more than servers give",
    sentence: "An update of the app may help, or removing the server there and adding it again.",
  },
  invalid_request: {
    title: "The app sent an incomplete request",
    sentence: "Start connecting again in your app. If it happens again, remove the server there and add it again.",
  },
  temporarily_unavailable: {
    title: "Portico is busy",
    sentence: "Wait a minute, then start connecting again in your app.",
  },
  upstream_sign_in: {
    title: "The sign-in at the API did not count",
    sentence:
      "It belongs to another person or browser, was used already, took more than ten minutes, or something else than the API answered. Start it again where you began it.",
  },
  server_error: {
    title: "Something went wrong on our side",
    sentence: "It is in the log of this Portico. Start connecting again in your app.",
  },
};
const UNKNOWN = {
  title: "The connection was not made",
  sentence: "Start connecting again in your app. If it happens again, remove the server there and add it again.",
};

export default async function ConnectErrorPage({
  searchParams,
}: {
  searchParams: Promise<{ reason?: string | string[] }>;
}) {
  const { reason } = await searchParams;
  const { title, sentence } =
    (typeof reason === "string" && Object.hasOwn(REASONS, reason) && REASONS[reason]) || UNKNOWN;
  return (
    <EntryPage title={title} lead={sentence}>
      <div>
        <Link href="/" className={buttonClass({ size: "large" })}>
          Go to Portico
        </Link>
      </div>
    </EntryPage>
  );
}

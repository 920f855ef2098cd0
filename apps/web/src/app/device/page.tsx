import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Connect a terminal" };

const CODE_CHARS_MAX = 40;

/** What is wrong with the code that was typed, or with the request that it stood for. */
const PROBLEMS: Record<string, { title: string; sentence: string }> = {
  unknown: {
    title: "There is no such code",
    sentence: "Compare it with the one in your terminal and type it again. It has eight letters and no digits.",
  },
  expired: {
    title: "This code has expired",
    sentence:
      "A code lasts for 15 minutes. Start connecting again in your terminal, and type the code that it shows then.",
  },
  used: {
    title: "This code was used already",
    sentence:
      "Each is good for one try. Start connecting again in your terminal, and type the code that it shows then.",
  },
  over: {
    title: "The code behind this request is over",
    sentence:
      "It expired after 15 minutes, or it was answered already. Nothing was changed now. Start connecting again in your terminal.",
  },
  many: {
    title: "Too many wrong codes",
    sentence: "Wait ten minutes, start connecting again in your terminal, and type the code that it shows then.",
  },
};

/** Where a person types the code that a program in a terminal shows (RFC 8628 §3.3). Whatever brought them here, they have to say so themselves. */
export default async function DevicePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  const code = readCode(query.user_code);
  if (!(await currentPerson()))
    redirect(
      `/sign-in?next=${encodeURIComponent(code ? `/device?${new URLSearchParams({ user_code: code })}` : "/device")}`,
    );
  const problem =
    typeof query.problem === "string" && Object.hasOwn(PROBLEMS, query.problem) && PROBLEMS[query.problem];
  return (
    <EntryPage
      title="Connect a terminal"
      lead="A program in a terminal shows a code when it wants to use a server. On the next page you see what it asks for, and decide."
    >
      {problem ? (
        <Notice kind="problem" title={problem.title}>
          {problem.sentence}
        </Notice>
      ) : null}
      <form method="post" action="/oauth/device/code" className="flex flex-col gap-6">
        <Field
          label="Code"
          hint={
            code ? "Go on only if your terminal shows this very code." : "Eight letters, as your terminal shows them."
          }
        >
          {(control) => (
            <Input
              {...control}
              name="user_code"
              defaultValue={code}
              maxLength={CODE_CHARS_MAX}
              required
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              className="h-11 font-mono text-md uppercase"
            />
          )}
        </Field>
        <Notice title="Only a code of your own">
          Type a code only if you started this yourself in a terminal, a moment ago. Whoever sent you one would get to
          act as you.
        </Notice>
        <Button type="submit" look="primary" size="large">
          Continue with this code
        </Button>
      </form>
    </EntryPage>
  );
}

/** The code that an address brings along, as far as it can be one. */
function readCode(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[A-Za-z0-9 -]{1,40}$/.test(given) ? given : "";
}

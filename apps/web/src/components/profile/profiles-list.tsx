"use client";

import type { ProfileView } from "@portico/services";
import Link from "next/link";
import { useTransition } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { count } from "@/components/ui/figures.ts";
import { useToast } from "@/components/ui/toast.tsx";
import { bringBackProfile, dropProfile, makeDefault } from "./actions.ts";

/** A server's profiles, and what each changes. */
export function ProfilesList({
  server,
  profiles,
  mayWrite,
}: {
  server: { id: string; slug: string };
  profiles: ProfileView[];
  mayWrite: boolean;
}) {
  return (
    <ul aria-label="Profiles" className="divide-y rounded-card border bg-surface">
      {profiles.map((profile) => (
        <li key={profile.id} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
          <div className="min-w-48 flex-1">
            <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
              {profile.name}
              {profile.isDefault ? <Badge>Default</Badge> : null}
              {profile.isOwn ? <Badge>Yours</Badge> : null}
            </p>
            <p className="text-muted [overflow-wrap:anywhere]">{summaryOf(profile)}</p>
          </div>
          <p className="text-sm text-muted">{count(profile.connectionCount, "connection")}</p>
          {mayWrite || profile.isOwn ? (
            <ProfileButtons {...{ server, profile }} before={profiles.find(({ isDefault }) => isDefault)} />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function ProfileButtons({
  server,
  profile,
  before,
}: {
  server: { id: string; slug: string };
  profile: ProfileView;
  /** The default one by now. */
  before: ProfileView | undefined;
}) {
  const [isPending, start] = useTransition();
  const toast = useToast();
  const { id, name, isDefault, isOwn } = profile;
  const bringBack = useBringBack(server.id);
  const goBack = async () => {
    const outcome = await (before ? makeDefault(server.id, before.id) : makeDefault(server.id, id, false));
    if (!outcome.ok) return outcome.message;
    toast(before ? `${before.name} is the default again` : "No profile is the default again");
  };
  const choose = () =>
    start(async () => {
      const outcome = await makeDefault(server.id, id);
      if (outcome.ok) toast(`${name} is the default, from the next call on`, { label: "Undo", act: goBack });
      else toast(outcome.message);
    });
  return (
    <div className="flex flex-wrap gap-2">
      <Link
        href={`/servers/${server.slug}/profiles/${id}`}
        className={buttonClass()}
        aria-label={`Edit the profile ${name}`}
      >
        Edit
      </Link>
      {isDefault || isOwn ? null : (
        <Button isPending={isPending} onClick={choose} aria-label={`Make default: ${name}`}>
          Make default
        </Button>
      )}
      <Confirm
        title={`Remove the profile ${name}`}
        verb="Remove profile"
        isDestroying
        done={`The profile ${name} is removed`}
        undo={{ label: "Undo", act: () => bringBack({ id, name }) }}
        act={() => dropProfile(server.id, id)}
        trigger={
          <Button look="quiet" aria-label={`Remove the profile ${name}`}>
            Remove
          </Button>
        }
      >
        {isDefault
          ? "Whoever ran with it runs with the server's own settings from the next call on."
          : "Whoever ran with it runs with the default profile from the next call on."}{" "}
        For a day it can be brought back, with what is stored in it and what people filled in. Then that is deleted.
      </Confirm>
    </div>
  );
}

/** Brings a removed profile back and says so; where it is refused, gives the reason. */
export function useBringBack(serverId: string): (profile: { id: string; name: string }) => Promise<string | undefined> {
  const toast = useToast();
  return async ({ id, name }) => {
    const outcome = await bringBackProfile(serverId, id);
    if (!outcome.ok) return outcome.message;
    toast(outcome.value.isDefault ? `${name} is back, and the default` : `${name} is back`);
    return undefined;
  };
}

/** What a profile changes, in a line. */
function summaryOf({ settings, values }: ProfileView): string {
  const own = Object.values(settings.fields).filter((holder) => holder === "person").length;
  const fixed = settings.arguments.filter(({ mode }) => mode === "fixed").length;
  const parts = [
    ...(settings.baseUrl ? [settings.baseUrl] : []),
    ...Object.values(settings.baseUrls ?? {}),
    ...(values.length > 0 ? [`${count(values.length, "stored value")}`] : []),
    ...(own > 0 ? [`asks each person for ${count(own, "value")}`] : []),
    ...(fixed > 0 ? [count(fixed, "fixed argument")] : []),
    ...(settings.arguments.length > fixed ? [count(settings.arguments.length - fixed, "default")] : []),
    ...(settings.hiddenTools.length > 0 ? [`hides ${count(settings.hiddenTools.length, "tool")}`] : []),
  ];
  return parts.join(" · ") || "The server's own settings";
}

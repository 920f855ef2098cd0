"use client";

import { useState } from "react";
import { encode } from "uqr";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton, CopyField } from "@/components/ui/copy.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { fieldErrors, Problem, useSaid } from "./account-forms.tsx";
import {
  confirmTwoFactor,
  type FormState,
  newRecoveryCodes,
  startTwoFactor,
  stopTwoFactor,
  type TwoFactorSetup,
} from "./actions.ts";

export function TwoFactor({ isOn }: { isOn: boolean }) {
  // A dialog begins anew each time that it is opened.
  const [round, setRound] = useState(0);
  // The page learns that it is on while the dialog still shows the recovery codes.
  const [isSettingUp, setIsSettingUp] = useState(false);
  const onOpenChange = (isOpen: boolean) => {
    if (isOpen) setRound((n) => n + 1);
    setIsSettingUp(isOpen && !isOn);
  };
  if (!isOn || isSettingUp)
    return (
      <Dialog
        title="Turn on two-factor authentication"
        onOpenChange={onOpenChange}
        trigger={<Button>Turn on two-factor authentication</Button>}
      >
        <Setup key={round} />
      </Dialog>
    );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Badge tone="ok">On</Badge>
      <Dialog
        title="Make new recovery codes"
        description="The codes from before stop working."
        onOpenChange={onOpenChange}
        trigger={<Button>New recovery codes</Button>}
      >
        <RenewCodes key={round} />
      </Dialog>
      <Dialog
        title="Turn off two-factor authentication"
        description="Afterwards your password alone signs in."
        onOpenChange={onOpenChange}
        trigger={<Button look="destroying">Turn off</Button>}
      >
        <TurnOff key={round} />
      </Dialog>
    </div>
  );
}

function PasswordStep<Value>({
  state,
  isPending,
  form,
  verb,
  isDestroying = false,
}: {
  state: FormState<Value>;
  isPending: boolean;
  form: ReturnType<typeof useFormAction<FormState<Value>>>["form"];
  verb: string;
  isDestroying?: boolean;
}) {
  return (
    <form {...form} aria-label={verb} className="flex flex-col gap-4">
      <Problem state={state} fields={["password"]} />
      <Field label="Your password" error={fieldErrors(state).password}>
        {(control) => (
          <Input {...control} name="password" type="password" autoComplete="current-password" required autoFocus />
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" look={isDestroying ? "destroying" : "primary"} isPending={isPending}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

function Setup() {
  const { state, isPending, form } = useFormAction<FormState<TwoFactorSetup>>(startTwoFactor, null);
  if (!state?.ok) return <PasswordStep state={state} isPending={isPending} form={form} verb="Go on" />;
  return <Confirmation {...state.value} />;
}

function Confirmation({ uri, recoveryCodes }: TwoFactorSetup) {
  const { state, isPending, form } = useFormAction<FormState>(confirmTwoFactor, null);
  useSaid(state, "Two-factor authentication is on");
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  if (state?.ok) return <RecoveryCodes codes={recoveryCodes} />;
  return (
    <form {...form} aria-label="Confirm the authenticator app" className="flex flex-col gap-4">
      <p>Scan this with an authenticator app, or type the key into it.</p>
      <div className="flex flex-wrap items-center gap-4">
        <QrCode text={uri} />
        <div className="flex min-w-56 flex-1 flex-col gap-1">
          <p className="text-sm text-muted">Key</p>
          <CopyField label="Key for the authenticator app" text={secret} />
        </div>
      </div>
      <Problem state={state} fields={["code"]} />
      <Field label="Code" error={fieldErrors(state).code} hint="The 6 digits that the app shows now.">
        {(control) => (
          <Input
            {...control}
            name="code"
            className="font-mono"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            required
          />
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Turn on
        </Button>
      </div>
    </form>
  );
}

function RenewCodes() {
  const { state, isPending, form } = useFormAction<FormState<string[]>>(newRecoveryCodes, null);
  if (!state?.ok) return <PasswordStep state={state} isPending={isPending} form={form} verb="Make new codes" />;
  return <RecoveryCodes codes={state.value} />;
}

function TurnOff() {
  const { state, isPending, form } = useFormAction<FormState>(stopTwoFactor, null);
  useSaid(state, "Two-factor authentication is off");
  return <PasswordStep state={state} isPending={isPending} form={form} verb="Turn off" isDestroying />;
}

function RecoveryCodes({ codes }: { codes: string[] }) {
  return (
    <div className="flex flex-col gap-4">
      <p role="status">
        Keep these recovery codes where you find them without your phone. Each signs you in once in place of a code, and
        they are shown this once.
      </p>
      <ul aria-label="Recovery codes" className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-card bg-sunken p-4 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex justify-end gap-2">
        <CopyButton text={codes.join("\n")} label="Copy codes" />
        <DialogClose asChild>
          <Button look="primary">I have kept them</Button>
        </DialogClose>
      </div>
    </div>
  );
}

/** Always dark on light, with the margin that readers need, whatever the theme. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 4 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      role="img"
      aria-label="QR code for the authenticator app"
      viewBox={`0 0 ${size} ${size}`}
      className="size-44 rounded-control bg-white"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}

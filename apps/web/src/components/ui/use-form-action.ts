"use client";

import { type FormEvent, startTransition, useActionState } from "react";

/**
 * A server action for a form that keeps what was typed when the answer is no: React empties a form after its action, whatever the
 * outcome. Without scripts the action still works as a plain post.
 */
export function useFormAction<State>(
  action: (before: State, form: FormData) => Promise<State>,
  initial: Awaited<State>,
) {
  const [state, act, isPending] = useActionState(action, initial);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(() => act(form));
  };
  return { state, isPending, form: { action: act, onSubmit } };
}

import { compact } from "./figures.ts";

/** What something cost a model before and costs it now, as a bar and in numbers. `what`: what before and now are. */
export function TokenChange({ raw, shaped, what }: { raw: number; shaped: number; what?: string }) {
  const share = raw === 0 ? 1 : shaped / raw;
  const saved = Math.round((1 - share) * 100);
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm">
      <span className="text-muted">Tokens</span>
      <span className="h-1.5 w-24 overflow-hidden rounded-full bg-hover" aria-hidden>
        <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span>
        {compact(raw)} <span aria-hidden>→</span>
        <span className="sr-only"> before, now </span> <strong className="font-medium">{compact(shaped)}</strong>
        {saved > 0 ? <span className="text-muted"> ({saved} % less)</span> : null}
        {saved < 0 ? <span className="text-muted"> ({-saved} % more)</span> : null}
        {what ? <span className="text-muted">, {what}</span> : null}
      </span>
    </p>
  );
}

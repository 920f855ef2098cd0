import { cx } from "@/components/ui/cx.ts";

export type ServerStatus = "live" | "paused" | "draft";

const WORDS: Record<ServerStatus, string> = { live: "Live", paused: "Paused", draft: "Not published" };

export function statusOf({
  status,
  publishedVersionId,
}: {
  status: "live" | "paused";
  publishedVersionId: string | null;
}): ServerStatus {
  return status === "paused" ? "paused" : publishedVersionId ? "live" : "draft";
}

/** Whether a server answers: filled when it does, a ring when it does not. */
export function StatusDot({ status }: { status: ServerStatus }) {
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 text-sm text-muted">
      <span
        aria-hidden
        className={cx("size-2 rounded-full", status === "live" ? "bg-ok" : "border-2 border-control bg-transparent")}
      />
      {WORDS[status]}
    </span>
  );
}

/** The uploaded picture of a server. One at an address is not shown: pages of Portico load nothing from elsewhere. */
export function ServerIcon({ icon }: { icon: string | null | undefined }) {
  if (!icon?.startsWith("data:")) return null;
  // The title stands beside it.
  return (
    <span
      aria-hidden
      className="size-10 shrink-0 rounded-control border bg-surface bg-contain bg-center bg-no-repeat"
      style={{ backgroundImage: `url("${icon}")` }}
    />
  );
}

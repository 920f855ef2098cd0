/** Three columns under a shallow arch, in one stroke. The favicon (app/icon.svg) is the same drawing. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0 text-accent"
    >
      <path d="M2.5 9.5C6 3.8 18 3.8 21.5 9.5M5 10v10M12 10v10M19 10v10M2.5 20h19" />
    </svg>
  );
}

export function Wordmark({ size = 20 }: { size?: number }) {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight" style={{ fontSize: size * 0.8 }}>
      <Mark size={size} />
      Portico
    </span>
  );
}

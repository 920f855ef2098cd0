import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";

type Look = "primary" | "secondary" | "quiet" | "destroying";
type Size = "small" | "medium" | "large";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  secondary: "bg-surface text-ink border-control hover:bg-hover",
  quiet: "bg-transparent text-muted border-transparent hover:bg-hover hover:text-ink",
  destroying: "bg-surface text-destroying border-destroying hover:bg-destroying-soft",
};

const SIZES: Record<Size, string> = {
  small: "h-7 px-2 text-sm gap-1.5",
  medium: "h-8 px-3 text-base gap-2",
  large: "h-11 px-4 text-md gap-2",
};

/** The look of a button, for links that act like one. */
export function buttonClass({ look = "secondary", size = "medium" }: { look?: Look; size?: Size } = {}): string {
  return cx(
    "inline-flex shrink-0 items-center justify-center rounded-control border font-medium whitespace-nowrap select-none transition-colors duration-100",
    "disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-faint aria-disabled:opacity-60",
    LOOKS[look],
    SIZES[size],
  );
}

export interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  size?: Size;
  /** Shows that the work is under way, and takes no second click. */
  isPending?: boolean;
  icon?: ReactNode;
}

export function Button({ look, size, isPending, icon, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || isPending}
      aria-busy={isPending || undefined}
      className={cx(buttonClass({ ...(look ? { look } : {}), ...(size ? { size } : {}) }), className)}
    >
      {isPending ? <LoaderCircle size={16} aria-hidden className="animate-spin" /> : icon}
      {children}
    </button>
  );
}

"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { count } from "./figures.ts";

/** How many of a section are shown before somebody asks for the rest. */
const SHOWN_MAX = 50;

/** A named part of a page that is a list of things, and how many; without any it is not there. */
export function Section({
  title,
  count: size,
  hint,
  action,
  children,
}: {
  title: string;
  count: number;
  hint: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  if (size === 0) return null;
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <header className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div>
          <h3 className="font-semibold">
            {title} <span className="font-normal text-muted">{size.toLocaleString("en")}</span>
          </h3>
          <p className="text-muted">{hint}</p>
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}

/** A list that shows its first ones, and the rest when asked. */
export function Items<Item>({
  items,
  keyOf: toKey,
  render,
}: {
  items: readonly Item[];
  keyOf: (item: Item) => string;
  render: (item: Item) => ReactNode;
}) {
  const [isWhole, setWhole] = useState(false);
  if (items.length === 0) return null;
  const shown = isWhole ? items : items.slice(0, SHOWN_MAX);
  return (
    <>
      <ul className="divide-y rounded-card border bg-surface">
        {shown.map((item) => (
          <li key={toKey(item)} className="px-3 py-2.5">
            {render(item)}
          </li>
        ))}
      </ul>
      {shown.length < items.length ? (
        <div>
          <Button size="small" onClick={() => setWhole(true)}>
            Show {count(items.length - shown.length, "more", "more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

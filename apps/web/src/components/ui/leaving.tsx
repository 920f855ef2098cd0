"use client";

import { useRouter } from "next/navigation";
import { AlertDialog } from "radix-ui";
import {
  createContext,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import { Button, buttonClass } from "./button.tsx";

/** Something on a page that leaving it would lose. */
export interface Unsaved {
  /** "the words of a tool". */
  what: string;
  isUnsaved: () => boolean;
  /** Saves what it can. */
  settle?: () => Promise<void>;
  /** Whether settling does not help. */
  isStuck?: () => boolean;
}

type Leave = (go: () => void) => void;
interface Guards {
  all: Set<RefObject<Unsaved>>;
  leave: Leave;
}

const GuardsContext = createContext<Guards>({ all: new Set(), leave: (go) => go() });

/** Asks before a page is left that has something unsaved. */
export function useUnsaved(unsaved: Unsaved): void {
  const { all } = useContext(GuardsContext);
  const current = useRef(unsaved);
  useEffect(() => {
    current.current = unsaved;
  });
  useEffect(() => {
    all.add(current);
    return () => void all.delete(current);
  }, [all]);
}

/** Goes elsewhere without a link, once nothing is lost by it. */
export function useLeave(): Leave {
  return useContext(GuardsContext).leave;
}

/** Around all pages: what they say of themselves with `useUnsaved` is saved or asked about before another one is opened, by whatever link. */
export function Leaving({ children }: { children: ReactNode }) {
  const [all] = useState(() => new Set<RefObject<Unsaved>>());
  const [question, setQuestion] = useState<{ what: string[]; go: () => void }>();
  const router = useRouter();
  const leave = useCallback<Leave>(
    (go) => {
      const found = [...all].filter(({ current }) => current.isUnsaved());
      if (found.length === 0) return go();
      void Promise.all(found.map(({ current }) => current.settle?.())).then(() => {
        const what = found.flatMap(({ current }) => (current.isUnsaved() ? [current.what] : []));
        if (what.length === 0) go();
        else setQuestion({ what, go });
      });
    },
    [all],
  );
  const [guards] = useState<Guards>({ all, leave });
  useEffect(() => {
    const isAny = () => [...all].some(({ current }) => current.isUnsaved());
    const click = (event: MouseEvent) => {
      const to = isAny() ? destinationOf(event) : undefined;
      if (!to) return;
      event.preventDefault();
      event.stopPropagation();
      leave(() => router.push(to));
    };
    const close = (event: BeforeUnloadEvent) => {
      for (const { current } of all) {
        void current.settle?.();
        if (current.isUnsaved() && (!current.isStuck || current.isStuck())) event.preventDefault();
      }
    };
    let isLeft = false;
    const turn = (event: NavigateEvent) => {
      const { key, url } = event.destination;
      const isOther = new URL(url).pathname !== window.location.pathname;
      if (event.navigationType !== "traverse" || !event.cancelable || !isOther || isLeft || !isAny()) return;
      event.preventDefault();
      leave(() => {
        isLeft = true;
        const { finished } = window.navigation?.traverseTo(key) ?? {};
        const end = () => {
          isLeft = false;
        };
        finished?.then(end, end);
      });
    };
    // Before any link does what it does.
    window.addEventListener("click", click, true);
    window.addEventListener("beforeunload", close);
    // Not every browser tells of its way back (Navigation API).
    window.navigation?.addEventListener("navigate", turn);
    return () => {
      window.navigation?.removeEventListener("navigate", turn);
      window.removeEventListener("click", click, true);
      window.removeEventListener("beforeunload", close);
    };
  }, [all, leave, router]);
  return (
    <GuardsContext value={guards}>
      {children}
      <AlertDialog.Root open={question !== undefined} onOpenChange={(isOpen) => isOpen || setQuestion(undefined)}>
        <AlertDialog.Portal>
          <AlertDialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.01_75/0.45)]" />
          <AlertDialog.Content className="float-in fixed top-1/2 left-1/2 z-50 flex w-[calc(100vw-32px)] max-w-md -translate-x-1/2 -translate-y-1/2 flex-col gap-3 rounded-card border border-line bg-surface p-5 shadow-float">
            <AlertDialog.Title className="text-lg font-semibold">Leave without saving?</AlertDialog.Title>
            <AlertDialog.Description className="text-muted">
              Not saved yet: {question?.what.join(", and ")}. It is lost when you leave this page.
            </AlertDialog.Description>
            <div className="mt-2 flex flex-wrap justify-end gap-2">
              <AlertDialog.Cancel className={buttonClass()}>Stay here</AlertDialog.Cancel>
              <Button
                look="destroying"
                onClick={() => {
                  setQuestion(undefined);
                  question?.go();
                }}
              >
                Leave without saving
              </Button>
            </div>
          </AlertDialog.Content>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </GuardsContext>
  );
}

/** Where a click leads to, if it is to another page of ours in this window. */
function destinationOf(event: MouseEvent): string | undefined {
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const link = isPlain && event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.hasAttribute("download")) return undefined;
  const { origin, pathname, search, hash } = new URL(link.href);
  const isHere = origin === window.location.origin && pathname !== window.location.pathname;
  return isHere && ["", "_self"].includes(link.target) && !pathname.startsWith("/api/")
    ? pathname + search + hash
    : undefined;
}

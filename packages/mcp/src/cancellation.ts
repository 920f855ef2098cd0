/**
 * As much of an `AbortSignal` as whoever makes a call has to know of its end; an `AbortSignal` is one. The platform's own costs a small call
 * several percent of its time.
 */
export interface Cancellation {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: CancellationListener): void;
  removeEventListener(type: "abort", listener: CancellationListener): void;
}

type CancellationListener = (() => void) | { handleEvent(): void };

/** A cancellation with the means to bring it about. Each listener is told once. */
export class Canceller implements Cancellation {
  #isAborted = false;
  /** Of a call there is hardly ever more than one. */
  #listener: CancellationListener | undefined;
  #others: CancellationListener[] | undefined;

  get aborted(): boolean {
    return this.#isAborted;
  }

  addEventListener(_type: "abort", listener: CancellationListener): void {
    if (this.#listener === undefined) this.#listener = listener;
    else {
      this.#others ??= [];
      this.#others.push(listener);
    }
  }

  removeEventListener(_type: "abort", listener: CancellationListener): void {
    if (this.#listener === listener) this.#listener = this.#others?.shift();
    else this.#others = this.#others?.filter((other) => other !== listener);
  }

  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    const told = [this.#listener, ...(this.#others ?? [])];
    this.#listener = undefined;
    this.#others = undefined;
    for (const listener of told)
      if (typeof listener === "function") listener();
      else listener?.handleEvent();
  }
}

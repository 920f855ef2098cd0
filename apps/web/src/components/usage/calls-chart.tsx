const HEIGHT = 120;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Calls from one time to the next. */
export interface Bar {
  at: Date;
  calls: number;
  /** How many of them failed, where that is told. */
  errors?: number;
}

/** Calls over time up to now, those that failed at the foot of each bar. The same numbers are a table for who does not see the bars. */
export function CallsChart({ bars, now, caption }: { bars: readonly Bar[]; now: number; caption: string }) {
  const top = niceTop(Math.max(...bars.map(({ calls }) => calls)));
  const step = 100 / bars.length;
  const toHeight = (calls: number) => (calls / top) * HEIGHT;
  const isTold = bars.some(({ errors }) => errors !== undefined);
  const hasErrors = bars.some(({ errors = 0 }) => errors > 0);
  const [first, middle] = [bars[0], bars[Math.floor(bars.length / 2)]];
  return (
    <figure className="flex flex-col gap-2">
      <div className="flex gap-2">
        <div
          aria-hidden
          className="flex w-8 flex-col justify-between text-right text-xs text-faint"
          style={{ height: HEIGHT }}
        >
          <span className="-mt-2">{top}</span>
          <span className="-mb-2">0</span>
        </div>
        <svg
          viewBox={`0 0 100 ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          className="w-full overflow-visible"
          style={{ height: HEIGHT }}
        >
          {[0, 0.5, 1].map((line) => (
            <line
              key={line}
              x1={0}
              x2={100}
              y1={HEIGHT * line}
              y2={HEIGHT * line}
              className="stroke-line"
              strokeWidth={1}
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {bars.map(({ at, calls, errors = 0 }, nth) => (
            <g key={at.getTime()}>
              <title>{`${calls} calls${errors > 0 ? `, ${errors} failed` : ""}, ${agoText(at, now)}`}</title>
              <rect x={nth * step} y={0} width={step} height={HEIGHT} fill="transparent" />
              <rect
                x={nth * step + step * 0.14}
                y={HEIGHT - toHeight(calls)}
                width={step * 0.72}
                height={toHeight(calls - errors)}
                className="fill-accent"
              />
              <rect
                x={nth * step + step * 0.14}
                y={HEIGHT - toHeight(errors)}
                width={step * 0.72}
                height={toHeight(errors)}
                className="fill-ink"
              />
            </g>
          ))}
        </svg>
      </div>
      <div aria-hidden className="flex justify-between pl-10 text-xs text-faint">
        <span>{first ? agoText(first.at, now) : ""}</span>
        <span>{middle ? agoText(middle.at, now) : ""}</span>
        <span>now</span>
      </div>
      {hasErrors ? (
        <ul aria-hidden className="flex gap-4 pl-10 text-xs text-muted">
          <li className="flex items-center gap-1.5">
            <span className="size-2.5 rounded-[2px] bg-accent" /> Did what was asked
          </li>
          <li className="flex items-center gap-1.5">
            <span className="size-2.5 rounded-[2px] bg-ink" /> Failed
          </li>
        </ul>
      ) : null}
      <table className="sr-only">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Calls</th>
            {isTold ? <th scope="col">Failed</th> : null}
          </tr>
        </thead>
        <tbody>
          {bars.map(({ at, calls, errors }) => (
            <tr key={at.getTime()}>
              <th scope="row">{at.toISOString()}</th>
              <td>{calls}</td>
              {isTold ? <td>{errors}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** The bars of the last hours, the last of which is this one. */
export function barsOfHours(callsByHour: readonly number[], now: number): Bar[] {
  const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS;
  return callsByHour.map((calls, hour) => ({
    at: new Date(thisHour - (callsByHour.length - 1 - hour) * HOUR_MS),
    calls,
  }));
}

function agoText(at: Date, now: number): string {
  // Bars begin a little less long ago than their range says: the last one is of a time that is not over.
  const ms = Math.max(0, now - at.getTime());
  if (ms < 57 * MINUTE_MS) return `${Math.ceil(ms / MINUTE_MS)} min ago`;
  if (ms <= 2 * DAY_MS) return `${Math.ceil(ms / HOUR_MS)} h ago`;
  return `${Math.ceil(ms / DAY_MS)} days ago`;
}

/** The next 1, 2, 4, 6 or 10 times a power of ten, so that the middle line is a whole number too. */
function niceTop(most: number): number {
  if (most <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 6, 10].map((factor) => factor * power).find((top) => top >= most) ?? most;
}

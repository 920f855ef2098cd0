const HEIGHT = 120;
const HOUR_MS = 3_600_000;

/** Calls of each of the last 24 hours. The same numbers are a table for who does not see the bars. */
export function CallsChart({ callsByHour, now }: { callsByHour: number[]; now: number }) {
  const most = Math.max(...callsByHour);
  const top = niceTop(most);
  const step = 100 / callsByHour.length;
  const agoOf = (hour: number) => callsByHour.length - 1 - hour;
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
          {callsByHour.map((calls, hour) => (
            <g key={hour}>
              <title>{`${calls} calls, ${agoText(agoOf(hour))}`}</title>
              <rect x={hour * step} y={0} width={step} height={HEIGHT} fill="transparent" />
              <rect
                x={hour * step + step * 0.14}
                y={HEIGHT - (calls / top) * HEIGHT}
                width={step * 0.72}
                height={(calls / top) * HEIGHT}
                className="fill-accent"
              />
            </g>
          ))}
        </svg>
      </div>
      <div aria-hidden className="flex justify-between pl-10 text-xs text-faint">
        <span>24 h ago</span>
        <span>12 h</span>
        <span>now</span>
      </div>
      <table className="sr-only">
        <caption>Calls by hour</caption>
        <tbody>
          {callsByHour.map((calls, hour) => (
            <tr key={hour}>
              <th scope="row">{new Date(Math.floor(now / HOUR_MS) * HOUR_MS - agoOf(hour) * HOUR_MS).toISOString()}</th>
              <td>{calls}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function agoText(hours: number): string {
  return hours === 0 ? "this hour" : `${hours} h ago`;
}

/** The next 1, 2, 4, 6 or 10 times a power of ten, so that the middle line is a whole number too. */
function niceTop(most: number): number {
  if (most <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 6, 10].map((factor) => factor * power).find((top) => top >= most) ?? most;
}

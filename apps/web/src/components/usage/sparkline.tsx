const WIDTH = 96;
const HEIGHT = 24;

/** Calls of the last 24 hours as small bars; the sentence beside it says the sum. */
export function Sparkline({ callsByHour }: { callsByHour: number[] }) {
  const most = Math.max(1, ...callsByHour);
  const step = WIDTH / callsByHour.length;
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" className="shrink-0">
      {callsByHour.map((calls, hour) => {
        const height = calls === 0 ? 1 : Math.max(3, (calls / most) * HEIGHT);
        return (
          <rect
            key={hour}
            x={hour * step + 0.5}
            y={HEIGHT - height}
            width={step - 1}
            height={height}
            rx={0.5}
            className={calls === 0 ? "fill-line" : "fill-accent"}
          />
        );
      })}
    </svg>
  );
}

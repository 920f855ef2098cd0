// Loaded before every contender (`node --import`): tells the bench, over the channel between them, what the process has used.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface Gauge {
  /** User and system time since the start, in microseconds. */
  cpuUs: number;
  rssBytes: number;
  /** The most that the process has held, since the start or since the bench reset it. */
  peakBytes: number;
}

process.on("message", (ask) => {
  if (ask === "collect") collect();
  const { user, system } = process.cpuUsage();
  const gauge: Gauge = {
    cpuUs: user + system,
    rssBytes: process.memoryUsage.rss(),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.send?.(gauge);
});
// Only what is being measured keeps the process alive.
process.channel?.unref();
process.on("disconnect", () => process.exit());

function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) gc();
}

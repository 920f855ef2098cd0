import { type CompileSource, type Deps, runJob } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";

/** Long work: imports and publishing. The row of table Job says what. */
export function runJobProcessor(deps: Deps, telemetry: Telemetry, compileSource: CompileSource) {
  return async ({ jobId }: { jobId: string }): Promise<void> => {
    telemetry.logger.info({ jobId }, "job starts");
    await runJob(deps, { jobId, compileSource, onBug: (error) => telemetry.reportError(error, { jobId }) });
    telemetry.logger.info({ jobId }, "job ends");
  };
}

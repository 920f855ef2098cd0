import { type CompileSource, type Deps, runJob, type ValidateSource } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";

/** Long work: imports, publishing, and checks of what was imported. The row of table Job says what. */
export function runJobProcessor(
  deps: Deps,
  telemetry: Telemetry,
  { compileSource, validateSource }: { compileSource: CompileSource; validateSource: ValidateSource },
) {
  return async ({ jobId }: { jobId: string }): Promise<void> => {
    telemetry.logger.info({ jobId }, "job starts");
    const onBug = (error: unknown) => telemetry.reportError(error, { jobId });
    await runJob(deps, { jobId, compileSource, validateSource, onBug });
    telemetry.logger.info({ jobId }, "job ends");
  };
}

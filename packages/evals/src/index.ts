export type { ToolAnswer } from "./judge.ts";
export { type CaseResult, type EvalRun, runSuite } from "./run-suite.ts";
export { type EvalCase, type EvalSuite, parseSuite } from "./suite.ts";

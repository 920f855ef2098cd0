export { type AnswerField, answerFields, matchesOf } from "./fields.ts";
export { judge, type ToolAnswer } from "./judge.ts";
export { type CaseResult, type EvalRun, runSuite } from "./run-suite.ts";
export { type EvalCase, type EvalSuite, expectationSchema, parseSuite } from "./suite.ts";

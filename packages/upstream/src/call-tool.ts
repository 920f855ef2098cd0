import { fetchFiles, takesFiles } from "./call-tool-files.ts";
import { BODY_BYTES_MAX_DEFAULT, TIMEOUT_MS_DEFAULT } from "./egress/egress.ts";
import { toUpstreamError } from "./egress/error.ts";
import { retriesOf } from "./egress/retry.ts";
import { disallowed, fixedArguments, withDefaults, withoutFixed } from "./given.ts";
import { buildRequest } from "./request/build-request.ts";
import { toPage } from "./request/page.ts";
import { withLink } from "./shape/leftover.ts";
import { shapeResponse } from "./shape/shape-response.ts";
import type {
  ArgumentProblem,
  CallInput,
  CallOutcome,
  ContentBlock,
  ToolResult,
  UpstreamErrorCode,
  UpstreamRequest,
  UpstreamResponse,
} from "./types.ts";
import { findDoubts } from "./validate/doubts.ts";

/**
 * One tools/call: validate, build, send, shape. Never throws for anything the caller or the API does; the
 * outcome says what happened and the result is for the model.
 */
export async function callTool(input: CallInput): Promise<CallOutcome> {
  const { tool, target, egress } = input;
  const nothing = { requestBytes: 0, responseBytes: 0, upstreamMs: 0, retries: 0 };
  const validated = input.validate(input.toolId, tool.inputSchema, input.args, input.dialect);
  if (!validated.ok) return { ...nothing, outcome: "invalid_arguments", result: problemResult(validated.problems) };
  const { timeoutSeconds } = tool.plan;
  const ownMs = timeoutSeconds === undefined ? TIMEOUT_MS_DEFAULT : timeoutSeconds * 1_000;
  const timeoutMs = Math.min(ownMs, input.limits?.timeoutMs ?? ownMs);
  const started = performance.now();
  const leftMs = () => timeoutMs - (performance.now() - started);
  const { body } = tool.plan;
  const given = withDefaults(tool.plan, validated.args, target.person);
  if ("problem" in given) return { ...nothing, outcome: "invalid_arguments", result: errorResult(given.problem) };
  const wrong = disallowed(tool.plan, given.args);
  if (wrong.length > 0) return { ...nothing, outcome: "invalid_arguments", result: problemResult(wrong) };
  const fixed = fixedArguments(tool.plan, target.person);
  if ("problem" in fixed) return { ...nothing, outcome: "blocked", result: errorResult(fixed.problem) };
  let args: Record<string, unknown> = { ...given.args, ...fixed.args };
  const paged = tool.paging && toPage(tool, args, validated.args);
  if (paged && "problem" in paged)
    return { ...nothing, outcome: "invalid_arguments", result: problemResult([paged.problem]) };
  if (paged) args = paged.args;
  if (takesFiles(body)) {
    const fetched = await fetchFiles(body, args, { egress, signal: input.signal, leftMs });
    if (!fetched.ok) {
      const outcome = (fetched.code && FILE_OUTCOMES[fetched.code]) ?? "invalid_arguments";
      return { ...nothing, outcome, result: problemResult(withoutFixed(tool.plan, [fetched.problem])) };
    }
    args = fetched.args;
  }
  const built = buildRequest(tool, args, target);
  if (!built.ok) {
    const outcome = built.isBlocked ? "blocked" : "invalid_arguments";
    return { ...nothing, outcome, result: problemResult(withoutFixed(tool.plan, built.problems)) };
  }

  const { request } = built;
  const requestBytes = sizeOf(request);
  input.observer?.onRequest?.(request);
  const sending = performance.now();
  try {
    const response = await egress.request(request, {
      timeoutMs: takesFiles(body) ? Math.max(1, Math.floor(leftMs())) : timeoutMs,
      bodyBytesMax: input.limits?.bodyBytesMax ?? BODY_BYTES_MAX_DEFAULT,
      retriesMax: retriesOf(tool),
      ...(input.signal ? { signal: input.signal } : {}),
    });
    input.observer?.onResponse?.(response);
    const shaped = shapeResponse(
      tool,
      response,
      input.limits?.output,
      paged ? { ...request, page: paged.page } : request,
    );
    const result =
      shaped.leftover && input.keep
        ? withLink(shaped.result, shaped.leftover, await input.keep(shaped.leftover), {
            hasResourceLinks: input.hasResourceLinks === true,
            reader: input.reader,
          })
        : shaped.result;
    if (DOUBTED_STATUSES.has(response.status)) result.content.push(...doubtsOf(input, args));
    const outcome: CallOutcome = {
      result,
      outcome: result.isError ? "upstream_error" : "ok",
      status: response.status,
      requestBytes,
      responseBytes: response.bytes,
      upstreamMs: response.durationMs,
      retries: response.retries ?? 0,
    };
    const challenge = challengeOf(response);
    if (challenge !== undefined) outcome.challenge = challenge;
    if (shaped.diagnostic !== undefined) outcome.diagnostic = shaped.diagnostic;
    if (shaped.value !== undefined) outcome.value = shaped.value;
    if (shaped.leftover?.isShown) outcome.whole = shaped.leftover;
    return outcome;
  } catch (error) {
    const failure = toUpstreamError(error);
    const text =
      failure.code === "timeout"
        ? `${failure.message} A call of this tool may take ${timeoutMs / 1_000} s.`
        : failure.message;
    return {
      result: errorResult(text),
      outcome: OUTCOMES[failure.code] ?? "network_error",
      requestBytes,
      responseBytes: 0,
      upstreamMs: performance.now() - sending,
      retries: failure.retries,
    };
  }
}

/** RFC 9110 §11.6.1; RFC 6750 §3.1 also has it on 403. */
function challengeOf({ status, headers }: UpstreamResponse): string | undefined {
  return status === 401 || status === 403 ? headers["www-authenticate"] : undefined;
}

/** The API refused what it was given: RFC 9110 §15.5.1 and §15.5.21. */
const DOUBTED_STATUSES = new Set([400, 422]);

/** What the document wanted of the arguments and was left to the API to judge. */
function doubtsOf({ tool }: CallInput, args: Record<string, unknown>): ContentBlock[] {
  const doubts = findDoubts(tool.inputSchema, args);
  if (doubts.length === 0) return [];
  const lines = doubts.map(({ message }) => `- ${message}`);
  return [{ type: "text", text: `By the document, these arguments do not fit:\n${lines.join("\n")}` }];
}

const OUTCOMES: Partial<Record<UpstreamErrorCode, CallOutcome["outcome"]>> = {
  blocked: "blocked",
  timeout: "timeout",
  cancelled: "cancelled",
  bad_answer: "upstream_error",
};

/** Where a file that could not be fetched is more than a wrong argument. */
const FILE_OUTCOMES: Partial<Record<UpstreamErrorCode, CallOutcome["outcome"]>> = {
  blocked: "blocked",
  timeout: "timeout",
  cancelled: "cancelled",
};

function problemResult(problems: ArgumentProblem[]): ToolResult {
  const lines = problems.map((problem) => problem.message);
  return errorResult(
    lines.length === 1
      ? (lines[0] as string)
      : `The arguments do not fit:\n${lines.map((line) => `- ${line}`).join("\n")}`,
  );
}

function errorResult(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

function sizeOf(request: UpstreamRequest): number {
  const { body } = request;
  if (body === undefined) return 0;
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}

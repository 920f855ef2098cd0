/** What the API refused, in its own words. */
export class ApiError extends Error {
  readonly code: string;
  readonly details: unknown;
  constructor(code: string, message: string, details?: unknown) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.details = details;
  }
}

export interface Api {
  url: string;
  key: string;
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
}

const POLL_MS = 500;

/** The REST API of a running Portico. */
export function createApi(url: string, key: string): Api {
  const origin = url.replace(/\/+$/, "");
  return {
    url: origin,
    key,
    async request<T>(method: string, path: string, body?: unknown): Promise<T> {
      let response: Response;
      try {
        response = await fetch(origin + path, {
          method,
          headers: {
            authorization: `Bearer ${key}`,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      } catch (error) {
        const cause = (error as { cause?: { code?: string } }).cause?.code;
        throw new ApiError(
          "unreachable",
          `Portico at ${origin} cannot be reached${cause ? ` (${cause})` : ""}. Start it, or set PORTICO_URL or --url.`,
        );
      }
      const text = await response.text();
      const answer = parse(text);
      if (!response.ok) {
        const {
          code = `http_${response.status}`,
          message = `Portico answered ${response.status}.`,
          details,
        } = (answer as { error?: { code?: string; message?: string; details?: unknown } })?.error ?? {};
        throw new ApiError(code, message, details);
      }
      return answer as T;
    },
  };
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

interface Job {
  id: string;
  state: string;
  progress?: { message: string };
  result?: unknown;
  error?: { code: string; message: string; details?: unknown };
}

/** Waits for long work that a request left as a job; reports each step once. */
export async function settle<T>(
  api: Api,
  answer: T | { job: { id: string } },
  onProgress: (message: string) => void,
): Promise<T> {
  if (typeof answer !== "object" || answer === null || !("job" in answer)) return answer as T;
  for (let last = ""; ; await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
    const job = await api.request<Job>("GET", `/api/v1/jobs/${answer.job.id}`);
    if (job.progress && job.progress.message !== last) {
      last = job.progress.message;
      onProgress(last);
    }
    if (job.state === "done") return job.result as T;
    if (job.error) throw new ApiError(job.error.code, job.error.message, job.error.details);
    if (job.state === "cancelled") throw new ApiError("cancelled", "The job was cancelled.");
  }
}

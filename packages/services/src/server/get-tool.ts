import {
  applyOverrides,
  detectPaging,
  listParameters,
  type Override,
  type Parameter,
  sentAs,
  type Tool,
  type ToolKind,
  toolKind,
  withHints,
} from "@portico/openapi";
import { RETRIES_DEFAULT, RETRIES_MAX, TIMEOUT_MS_DEFAULT, TIMEOUT_SECONDS_MAX } from "@portico/upstream";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { type ToolView, toolView } from "../document/tool-view.ts";
import { notFound } from "../error.ts";
import { readDocuments } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { readOverrides } from "./override.ts";

/** How long a call of any tool takes at most without an edit, and how far an edit can go. */
export const CALLING_LIMITS = {
  timeoutSeconds: TIMEOUT_MS_DEFAULT / 1_000,
  timeoutSecondsMax: TIMEOUT_SECONDS_MAX,
  retriesMax: RETRIES_MAX,
} as const;

export interface ToolDetail {
  /** As the next version would list it. */
  tool: ToolView;
  /** As the document alone gives it: what "reset" goes back to. */
  generated: Pick<Tool, "name" | "title" | "description" | "annotations"> & { kind: ToolKind; contentType?: string };
  /** Keys of arguments that a person can be asked for. */
  askable: string[];
  /** The argument that says where a page of its list begins; absent where nothing looks like one. */
  pagedBy?: string;
  /** How its calls are made without an edit, and how far one can go. `retries`: of a call that can be made again. */
  calling: {
    timeoutSeconds: number;
    timeoutSecondsMax: number;
    retries: number;
    retriesMax: number;
  };
  /** Its arguments as the document gives them, the body sent as it is now. */
  parameters: Parameter[];
  /** What a person changed: what a new edit starts from. */
  patch: Omit<Override, "operation">;
  /** Of the draft that this was read from. */
  lock: number;
}

/** One tool of a server's draft, beside what the document says. */
export async function getTool({ ctx, input }: Call<{ serverId: string; operation: string }>): Promise<ToolDetail> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [{ tools }, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const generated = tools.find(({ operation }) => operation === input.operation);
  // All of them, since a new name is only taken when no other tool has it.
  const edited = applyOverrides(tools, overrides).find(({ operation }) => operation === input.operation);
  if (!generated || !edited) throw notFound("tool");
  const { name, title, description, annotations, plan } = generated;
  const { operation: _operation, ...patch } = overrides.find((one) => one.operation === input.operation) ?? {
    operation: input.operation,
  };
  const pages = detectPaging(withHints(generated, patch.annotations));
  const parameters = listParameters(sentAs(generated, patch.contentType));
  return {
    tool: toolView(edited, generated),
    generated: {
      name,
      description,
      annotations,
      kind: toolKind(generated),
      ...(title === undefined ? {} : { title }),
      ...(plan.body ? { contentType: plan.body.contentType } : {}),
    },
    askable: [...parameters, ...parameters.flatMap(({ properties = [] }) => properties)]
      .filter(({ isAskable }) => isAskable)
      .map(({ key }) => key),
    calling: {
      ...CALLING_LIMITS,
      retries: plan.method === "GET" || plan.method === "HEAD" ? RETRIES_DEFAULT : 0,
    },
    ...(pages ? { pagedBy: pages.argument } : {}),
    parameters,
    patch,
    lock: server.lock,
  };
}

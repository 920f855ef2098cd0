import { AppError, type AppErrorCode, asAppError, HTTP_STATUS } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { loggedPath } from "./request-log.ts";

/** The one place where the gateway turns an error into HTTP. A bug of ours is told to operators and answered without details. */
export function errorHandler(telemetry: Telemetry) {
  return (failure: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply) => {
    const error = asAppError(failure) as FastifyError | AppError;
    if (error instanceof AppError) {
      if (error.code === "unavailable") reply.header("retry-after", "2");
      return reply.code(HTTP_STATUS[error.code]).send({ error: { code: error.code, message: error.message } });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      const code: AppErrorCode = status === 413 ? "limit_exceeded" : "invalid_input";
      return reply
        .code(status)
        .send({ error: { code, message: status === 413 ? "The body is too large." : error.message } });
    }
    telemetry.reportError(error, { requestId: request.id, path: loggedPath(request) });
    return reply.code(status).send({
      error: { code: "internal", message: "Something went wrong on our side.", details: { requestId: request.id } },
    });
  };
}

import { AppError } from "@portico/services";
import { notFound } from "next/navigation";

/** The value, or the not-found page when the verb says that there is no such thing. */
export async function orNotFound<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}

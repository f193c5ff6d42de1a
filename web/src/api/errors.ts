import { common as m } from "@/messages/common";
import type { ErrorBody } from "./types";

/** A failed call, in the words the server used or in ours when it could not answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
    readonly details: unknown = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

function isErrorBody(body: unknown): body is ErrorBody {
  const error = (body as { error?: { message?: unknown } } | null)?.error;
  return typeof error?.message === "string";
}

export function fromResponse(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) {
    const { code, message, details, request_id } = body.error;
    return new ApiError(status, code, message, request_id ?? null, details ?? null);
  }
  return new ApiError(status, `http_${status}`, m.theServerAnsweredWithout(status));
}

export function unreachable(): ApiError {
  return new ApiError(0, "unreachable", m.serverAway);
}

const NEXT_STEPS: Record<string, string> = {
  unreachable: m.serverAwayNext,
  wrong_hash: m.previewOld,
  voided: m.previewChangedNext,
  expired: m.approvalExpiredNext,
};

/** What the person can do about it, where the error alone doesn't say. */
export function nextStep(error: ApiError): string | null {
  const known = NEXT_STEPS[error.code];
  if (known) return known;
  if (error.status === 401) return m.loginNext;
  if (error.status === 429) return m.tooManyNext;
  if (error.status >= 500) return m.failedNext;
  return null;
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Error) return new ApiError(0, "page", error.message);
  return new ApiError(0, "page", String(error));
}

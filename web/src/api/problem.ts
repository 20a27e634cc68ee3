/** What went wrong with a question, in the API's codes and two of the browser's own. */

export interface Problem {
  /** One of the API's codes, or `offline` (no connection), `unreachable` (no answer that can be read). */
  code: string;
  status: number;
  detail?: string;
  requestId?: string;
  conflicts?: string[];
  nextRelease?: string | null;
  retryAfterSeconds?: number;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

export async function problemOf(answer: Response): Promise<Problem> {
  const body = await answer.json().catch(() => ({}));
  const after = Number(answer.headers.get("Retry-After"));
  return {
    code: typeof body.code === "string" ? body.code : "unreachable",
    status: answer.status,
    ...(body.detail ? { detail: body.detail } : {}),
    ...(body.request_id ? { requestId: body.request_id } : {}),
    ...(body.conflicts ? { conflicts: body.conflicts } : {}),
    ...("next_release" in body ? { nextRelease: body.next_release } : {}),
    ...(after > 0 ? { retryAfterSeconds: after } : {}),
  };
}

export function withoutAnswer(): Problem {
  return { code: navigator.onLine === false ? "offline" : "unreachable", status: 0 };
}

/** What went wrong with a question, in the API's codes and two of the browser's own. */

export interface Problem {
  /** One of the API's codes, or `offline` (no connection), `unreachable` (no answer that can be read). */
  code: string;
  status: number;
  /** Seats that others have. */
  conflicts?: string[];
  retryAfterSeconds?: number;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** `body`: what the answer said, as far as it was JSON. */
export function problemOf(answer: Response, body: unknown): Problem {
  const said: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  const after = Number(answer.headers.get("Retry-After"));
  return {
    code: typeof said.code === "string" ? said.code : "unreachable",
    status: answer.status,
    ...(Array.isArray(said.conflicts) ? { conflicts: said.conflicts.map(String) } : {}),
    ...(after > 0 ? { retryAfterSeconds: after } : {}),
  };
}

export function withoutAnswer(): Problem {
  return { code: navigator.onLine === false ? "offline" : "unreachable", status: 0 };
}

/** What is said when a question has no answer. It is asked again by itself (api/answers.ts). */

import type { Problem } from "../api/problem";
import { texts } from "../texts";
import { Page } from "./Page";
import { Missing } from "./Missing";

export const isMissing = (problem: Problem) => problem.status === 404 || problem.status === 400;

export function Trouble({ problem, again }: { problem: Problem; again: () => void }) {
  const { trouble } = texts.value;
  const offline = problem.code === "offline";
  return (
    <div class="notice" role="status">
      <h2>{offline ? trouble.offlineTitle : trouble.downTitle}</h2>
      <p>{offline ? trouble.offline : trouble.down}</p>
      <button type="button" class="button quiet" onClick={again}>
        {trouble.again}
      </button>
    </div>
  );
}

export function TroublePage({ problem, again }: { problem: Problem; again: () => void }) {
  if (isMissing(problem)) return <Missing />;
  return (
    <Page title={problem.code === "offline" ? texts.value.trouble.offlineTitle : texts.value.trouble.downTitle}>
      <Trouble problem={problem} again={again} />
    </Page>
  );
}

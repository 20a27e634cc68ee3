/** What is said when a question has no answer. It is asked again by itself (api/answers.ts). */

import { readable } from "../api/kept-tickets";
import type { Problem } from "../api/problem";
import { clock, localDay, longDay } from "../format/time";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { Page } from "./Page";
import { Missing } from "./Missing";

export const isMissing = (problem: Problem) => problem.status === 404 || problem.status === 400;

interface Props {
  problem: Problem;
  again: () => void;
  /** Whether it is all that the page says. */
  alone?: boolean;
}

export function Trouble({ problem, again, alone = false }: Props) {
  const { trouble } = texts.value;
  const offline = problem.code === "offline";
  const Heading = alone ? "h1" : "h2";
  return (
    <div class="notice" role="status">
      <Heading>{offline ? trouble.offlineTitle : trouble.downTitle}</Heading>
      <p>{offline ? trouble.offline : trouble.down}</p>
      <button type="button" class="button quiet" onClick={again}>
        {trouble.again}
      </button>
      <ReadableTickets />
    </div>
  );
}

export function TroublePage({ problem, again }: { problem: Problem; again: () => void }) {
  if (isMissing(problem)) return <Missing />;
  return (
    <Page title={problem.code === "offline" ? texts.value.trouble.offlineTitle : texts.value.trouble.downTitle}>
      <Trouble problem={problem} again={again} alone />
    </Page>
  );
}

/** What this device can show meanwhile. */
function ReadableTickets() {
  const bookings = readable();
  if (bookings.length === 0) return null;
  return (
    <div class="readable">
      <p>{texts.value.trouble.readable}</p>
      <ul>
        {bookings.map((one) => {
          const zone = one.time_zone ?? "UTC";
          return (
            <li key={one.order_id}>
              <a href={routes.booking(one.event_id, one.order_id)}>{one.title ?? one.movie_id}</a>{" "}
              <span class="soft">
                {longDay(language.value, localDay(zone, one.movie_time))}, {clock(language.value, zone, one.movie_time)}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

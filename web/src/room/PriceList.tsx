/** What a seat of each category costs, beside the shape that it has in the map. */

import type { EventDetail } from "../api/shapes";
import { money } from "../format/money";
import { language, texts } from "../texts";
import { categoryName } from "./words";

export function PriceList({ detail }: { detail: Pick<EventDetail, "prices" | "currency"> }) {
  const { room: text } = texts.value;
  return (
    <section class="prices">
      <h2 class="unseen">{text.price}</h2>
      <dl>
        {Object.entries(detail.prices).map(([category, price]) => (
          <div>
            <dt>
              <span class="seat key" data-category={category} data-shown="free" aria-hidden="true" />
              {categoryName(category)}
            </dt>
            <dd>{price === 0 ? text.free : money(language.value, detail.currency, price)}</dd>
          </div>
        ))}
      </dl>
      <ul class="fine hall-soft">
        {(["held", "sold", "chosen"] as const).map((shown) => (
          <li>
            <span class="seat key" data-shown={shown} aria-hidden="true" />
            {text.states[shown]}
          </li>
        ))}
      </ul>
    </section>
  );
}

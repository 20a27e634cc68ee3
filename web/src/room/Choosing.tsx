/** How many, which ones, what they cost; and what happened to them. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Room } from "../holding/seats";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import type { Selection } from "./selection";
import { announcement, categoryName, priceOf, sumOf, type Prices } from "./words";

interface Props {
  room: Room;
  prices: Prices;
  selection: Selection;
  most: number;
  /** What can be done with the seats. */
  children?: ComponentChildren;
}

export function Choosing({ room, prices, selection, most, children }: Props) {
  const { room: text } = texts.value;
  const heading = useId();
  const count = selection.count.value;
  const hasWheelchairPlaces = [...room.byId.values()].some((seat) => seat.category === "wheelchair");
  return (
    <section class="choosing">
      <div class="how-many" role="group" aria-labelledby={heading}>
        <h2 id={heading}>{text.howMany}</h2>
        <button type="button" class="tool" aria-label={text.fewer} disabled={count <= 1} onClick={() => selection.howMany(count - 1)}>
          −
        </button>
        <output>{count}</output>
        <button type="button" class="tool" aria-label={text.more} disabled={count >= most} onClick={() => selection.howMany(count + 1)}>
          +
        </button>
      </div>
      {hasWheelchairPlaces && (
        <label class="check">
          <input type="checkbox" checked={selection.wheelchair.value} onChange={(event) => selection.withWheelchair(event.currentTarget.checked)} />
          {text.wheelchair}
        </label>
      )}
      <Chosen room={room} prices={prices} selection={selection} />
      <Warnings selection={selection} />
      <p class="unseen" aria-live="polite">
        {announcement(selection.said.value)}
      </p>
      {children}
    </section>
  );
}

function Chosen({ room, prices, selection }: Omit<Props, "most">) {
  const { room: text } = texts.value;
  const seats = selection.chosen.value.map((id) => room.byId.get(id)).filter((seat) => seat !== undefined);
  const said = selection.said.value;
  const sum = sumOf(room, prices, selection.chosen.value);
  return (
    <div class="chosen">
      <ul style={{ "--count": selection.count.value }}>
        {seats.map((seat) => (
          <li key={seat.id}>
            <b>{seat.id}</b>
            <span class="hall-soft">{categoryName(seat.category)}</span>
            <span>{priceOf(seat, prices)}</span>
          </li>
        ))}
      </ul>
      {seats.length === 0 && said && <p class="hall-soft">{said?.what === "too few" ? text.tooFew : text.none}</p>}
      {said?.what === "offered" && said.sitting === "apart" && <p class="fine">{text.sitting.apart}</p>}
      <p class="sum">
        <span>{counted(language.value, text.seats, seats.length)}</span> <b key={sum}>{sum}</b>
      </p>
    </div>
  );
}

function Warnings({ selection }: { selection: Selection }) {
  const { room: text } = texts.value;
  const alone = selection.alone.value[0];
  return (
    <>
      {selection.lost.value.map((seat) => (
        <p class="warning" key={seat}>
          {fill(text.lost, { seat })}{" "}
          <button type="button" class="button quiet" onClick={() => selection.replace(seat)}>
            {text.replace}
          </button>
        </p>
      ))}
      {alone && (
        <p class="warning">
          {fill(text.alone, { seat: alone })}{" "}
          <button type="button" class="button quiet" onClick={() => selection.mend()}>
            {text.mend}
          </button>
        </p>
      )}
    </>
  );
}

/** The other way to choose: free seats as a list, with all that the map shows. It comes before the map. */

import { useSignal } from "@preact/signals";
import type { Room, Seat } from "../holding/seats";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import type { Selection } from "./selection";
import { categoryName, priceOf, type Prices } from "./words";

interface Props {
  room: Room;
  prices: Prices;
  selection: Selection;
}

export function SeatList({ room, prices, selection }: Props) {
  const open = useSignal(false);
  return (
    <details class="seat-list" onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>{texts.value.room.list}</summary>
      {open.value && <Rows room={room} prices={prices} selection={selection} />}
    </details>
  );
}

function Rows({ room, prices, selection }: Props) {
  const { room: text } = texts.value;
  const states = selection.states.value;
  const chosen = selection.chosen.value;
  const rows = room.rows.map((row) => row.filter((seat) => states.get(seat.id) === "free")).filter((row) => row.length);
  if (rows.length === 0) return <p>{text.listNone}</p>;
  return (
    <div class="seat-list-rows">
      {rows.map((row) => (
        <fieldset key={row[0]?.row}>
          <legend>{fill(text.listRow, { row: row[0]?.row ?? "" })}</legend>
          {row.map((seat) => (
            <Choice key={seat.id} seat={seat} prices={prices} isChosen={chosen.includes(seat.id)} tap={() => selection.tap(seat.id)} />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

function Choice({ seat, prices, isChosen, tap }: { seat: Seat; prices: Prices; isChosen: boolean; tap: () => void }) {
  const { room: text } = texts.value;
  const words = [categoryName(seat.category), priceOf(seat, prices), ...(seat.aisle ? [text.aisle] : [])].filter(Boolean);
  return (
    <label lang={language.value}>
      <input type="checkbox" checked={isChosen} onChange={tap} />
      <b>{seat.number}</b> <span>{words.join(", ")}</span>
    </label>
  );
}

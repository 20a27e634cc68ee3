/** Choosing seats: the room, its seats, its truths, what a choice comes to. */

import { useMemo } from "preact/hooks";
import { Choosing } from "../room/Choosing";
import { Refusal } from "../room/Continue";
import "../room/map.css";
import { PriceList } from "../room/PriceList";
import { RoomMap } from "../room/RoomMap";
import "../room/room.css";
import { SeatList } from "../room/SeatList";
import { roomOf, statesOf } from "../holding/seats";
import { Selection } from "../room/selection";
import { Head, RoomSkeleton } from "../room/ShowingView";
import { Truths } from "../room/Truths";
import type { Truth } from "../room/truths";
import { texts } from "../texts";
import { DETAIL, MAP } from "./examples";
import { Part, State } from "./Part";

const TRUTHS: Truth[] = [
  { is: "open", left: 1 },
  { is: "open", left: 183 },
  { is: "sold out" },
  { is: "all held", seconds: 130 },
  { is: "all being paid" },
  { is: "closed" },
  { is: "called off" },
];
const SHOWN = ["free", "held", "sold", "chosen", "lost"] as const;
const CATEGORIES = ["standard", "premium", "wheelchair", "companion"] as const;
const ROOM = roomOf(DETAIL);
const PRICES = { currency: DETAIL.currency, of: DETAIL.prices };
const MOST = DETAIL.seats_per_order_max;

/** What a visitor may have done to what was offered. */
const CHOICES: Record<string, (selection: Selection) => void> = {
  "chosen for the visitor": () => undefined,
  "none chosen": (selection) => selection.chosen.peek().forEach((id) => selection.tap(id)),
  "one was just taken": (selection) => selection.lose(selection.chosen.peek().slice(0, 1)),
  "one seat left alone": (selection) => {
    selection.tap("C7");
    selection.tap("C8");
  },
  "not together": (selection) => selection.howMany(9),
  "too few": (selection) => selection.see(new Map([...statesOf(ROOM, MAP)].map(([id]) => [id, id === "B1" ? "free" : "sold"] as const))),
  "with a wheelchair place": (selection) => selection.withWheelchair(true),
};

function choice(act: (selection: Selection) => void): Selection {
  const selection = new Selection(ROOM, MOST, () => 0);
  selection.see(statesOf(ROOM, MAP));
  act(selection);
  return selection;
}

export function RoomParts() {
  const now = useMemo(() => performance.now(), []);
  const choices = useMemo(() => Object.entries(CHOICES).map(([name, act]) => [name, choice(act)] as const), []);
  const shown = useMemo(() => choice(CHOICES["one was just taken"] as (selection: Selection) => void), []);
  const { hold } = texts.value;
  return (
    <>
      <Part name="Seats">
        <div class="hall-sample">
          <table>
            <thead>
              <tr>
                <td />
                {SHOWN.map((one) => (
                  <th scope="col">{one}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {CATEGORIES.map((category) => (
                <tr>
                  <th scope="row">{category}</th>
                  {SHOWN.map((one) => (
                    <td>
                      <span class="seat sample-seat" data-category={category} data-shown={one}>
                        12
                      </span>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          <PriceList detail={DETAIL} />
        </div>
      </Part>
      <Part name="Five truths, and the good one">
        <div class="hall-sample states">
          {TRUTHS.map((truth) => (
            <Truths truth={truth} seen={{ at: now, stale: false }} zone={DETAIL.time_zone} />
          ))}
          <Truths truth={{ is: "open", left: 12 }} seen={{ at: now, stale: true, map: MAP }} zone={DETAIL.time_zone} />
        </div>
      </Part>
      <Part name="A room">
        <div class="hall-sample">
          <Head detail={DETAIL} />
          <RoomMap room={ROOM} prices={PRICES} selection={shown} />
          <SeatList room={ROOM} prices={PRICES} selection={shown} />
        </div>
        <State name="on its way">
          <div class="hall-sample">
            <Head detail={undefined} />
            <RoomSkeleton />
          </div>
        </State>
      </Part>
      <Part name="Choosing">
        <div class="hall-sample states">
          {choices.map(([name, selection]) => (
            <State name={name}>
              <Choosing room={ROOM} prices={PRICES} selection={selection} most={MOST} />
            </State>
          ))}
        </div>
      </Part>
      <Part name="Holds that are refused">
        <div class="hall-sample states">
          {Object.keys(hold.refused).map((code) => (
            <State name={code}>
              <Refusal code={code} />
            </State>
          ))}
          <State name="busy (503)">
            <p class="fine">{hold.notYet}</p>
          </State>
        </div>
      </Part>
    </>
  );
}

/** All parts in all states, on one page: to look at when a part or a token changes. Nothing leads here but its address. */

import { Page } from "../layout/Page";
import { Trouble } from "../layout/Trouble";
import { Skeleton } from "../parts/Skeleton";
import { Stale } from "../parts/Stale";
import { PALETTES } from "../poster/palette";
import { BookingParts } from "./BookingParts";
import { AS_OF, DETAIL } from "./examples";
import { LookingParts } from "./LookingParts";
import { Part } from "./Part";
import { RoomParts } from "./RoomParts";
import "./all-parts.css";

const COLOURS = [
  "paper", "paper-raised", "paper-sunk", "field", "ink", "ink-soft", "line", "line-strong", "accent", "lamp", "warn", "skeleton",
];
const SIZES = ["fine", "small", "body", "lead", "title", "head", "marquee"];

export function AllPartsView() {
  return (
    <Page title="Parts">
      <h1 class="head">Parts</h1>
      <Part name="Type">
        {SIZES.map((size) => (
          <p class={`sample sample-${size}`}>The Night of the Hunter</p>
        ))}
      </Part>
      <Part name="Colour">
        <ul class="swatches">
          {COLOURS.map((colour) => (
            <li>
              <span style={{ background: `var(--${colour})` }} />
              {colour}
            </li>
          ))}
        </ul>
        <ul class="swatches">
          {PALETTES.map(({ ground, ink, accent, second }) => (
            <li>
              {[ground, ink, accent, second].map((colour) => (
                <span style={{ background: colour }} />
              ))}
            </li>
          ))}
        </ul>
      </Part>
      <Part name="Buttons and fields">
        <div class="in-a-row">
          <button type="button" class="button">
            Continue
          </button>
          <button type="button" class="button" disabled>
            Disabled
          </button>
          <button type="button" class="button quiet">
            Quiet
          </button>
          <button type="button" class="as-link">
            As a link
          </button>
        </div>
        <div class="in-a-row">
          <label class="field">
            A field
            <input value="Typed" />
          </label>
          <label class="field">
            A choice
            <select>
              <option>Chosen</option>
            </select>
          </label>
        </div>
      </Part>
      <Part name="On its way, old, and not to be had">
        <p>
          <Skeleton letters={40} />
        </p>
        <Stale asOf={AS_OF} zone={DETAIL.time_zone} />
        <Trouble problem={{ code: "offline", status: 0 }} again={() => undefined} />
        <Trouble problem={{ code: "unavailable", status: 503 }} again={() => undefined} />
      </Part>
      <LookingParts />
      <RoomParts />
      <BookingParts />
    </Page>
  );
}

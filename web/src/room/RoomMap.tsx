/**
 * The room's map: a grid of buttons that is built once. A poll or a choice touches only the seats that it changes; one
 * listener on the grid hears all of them.
 */

import { effect, useSignal } from "@preact/signals";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";
import type { Room, Seat } from "../holding/seats";
import { language, texts } from "../texts";
import { seatAfter } from "./keys";
import type { Selection } from "./selection";
import { nameOf, type Prices, type Shown } from "./words";
import { TARGET_PX, Zoom } from "./zoom";
import "./map.css";

const DRAG_PX = 8; // more is no tap

interface Props {
  room: Room;
  prices: Prices;
  selection: Selection;
}

export const RoomMap = memo(function RoomMap({ room, prices, selection }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const zoom = useRef<Zoom | null>(null);
  const factor = useSignal(1);
  const keysShown = useSignal(false);
  const { room: text } = texts.value;

  useEffect(() => {
    if (!frame.current || !grid.current) return;
    zoom.current = new Zoom(frame.current, (now) => (factor.value = now));
    const endZoom = zoom.current.byFingers();
    const endPaint = paint(grid.current, room, prices, selection);
    const endActs = listen(grid.current, room, selection, zoom.current, () => (keysShown.value = !keysShown.peek()));
    return () => {
      endZoom();
      endPaint();
      endActs();
    };
  }, [room, selection]);

  return (
    <div class="map">
      <div class="map-tools" role="group" aria-label={text.map}>
        <button type="button" class="tool" aria-label={text.zoomOut} disabled={factor.value <= 1} onClick={() => zoom.current?.smaller()}>
          −
        </button>
        <button type="button" class="tool" aria-label={text.zoomIn} onClick={() => zoom.current?.larger()}>
          +
        </button>
        <button type="button" class="tool wide" disabled={factor.value <= 1} onClick={() => zoom.current?.whole()}>
          {text.whole}
        </button>
        <button type="button" class="tool wide keys-button" aria-expanded={keysShown.value} onClick={() => (keysShown.value = !keysShown.value)}>
          {text.keys} <kbd>?</kbd>
        </button>
      </div>
      <p class="map-keys fine" hidden={!keysShown.value}>
        {text.keysWords}
      </p>
      <div class="map-frame" ref={frame} style={{ "--columns": room.width + 2 }}>
        <div class="map-room">
          <Screen label={text.screen} />
          <Seats room={room} grid={grid} label={text.map} />
        </div>
      </div>
    </div>
  );
});

function Screen({ label }: { label: string }) {
  return (
    <div class="screen">
      <svg viewBox="0 0 400 24" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path d="M6 21Q200 -9 394 21" />
      </svg>
      <span class="fine">{label}</span>
    </div>
  );
}

const Seats = memo(function Seats({ room, grid, label }: { room: Room; grid: preact.RefObject<HTMLDivElement | null>; label: string }) {
  return (
    <div class="seats" role="grid" aria-label={label} ref={grid}>
      {room.rows.map((row) => (
        <div class="row" role="row" style={{ "--offset": row[0]?.column ?? 0 }}>
          <span class="row-name" role="rowheader">
            {row[0]?.row}
          </span>
          {row.map((seat) => (
            <button type="button" role="gridcell" class="seat" tabIndex={-1} data-seat={seat.id} data-category={seat.category} data-aisle={seat.aisleAfter || undefined}>
              {seat.number}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
});

/** Keeps the buttons as the selection says. Returns what ends it. */
function paint(grid: HTMLElement, room: Room, prices: Prices, selection: Selection): () => void {
  const buttons = new Map([...grid.querySelectorAll<HTMLElement>(".seat")].map((one) => [one.dataset.seat ?? "", one]));
  const shown = new Map<string, string>();
  grid.querySelector<HTMLElement>(".seat")?.setAttribute("tabindex", "0");
  return effect(() => {
    const states = selection.states.value;
    const chosen = new Set(selection.chosen.value);
    const lost = new Set(selection.lost.value);
    const beingPaid = new Set(selection.beingPaid.value);
    const spoken = language.value;
    for (const [id, seat] of room.byId) {
      const now: Shown = chosen.has(id) || beingPaid.has(id) ? "chosen" : lost.has(id) ? "lost" : (states.get(id) ?? "off");
      const key = `${now} ${spoken}`;
      if (shown.get(id) === key) continue;
      shown.set(id, key);
      const button = buttons.get(id);
      if (button) paintOne(button, seat, prices, now);
    }
  });
}

function paintOne(button: HTMLElement, seat: Seat, prices: Prices, shown: Shown): void {
  button.dataset.shown = shown;
  button.setAttribute("aria-label", nameOf(seat, prices, shown));
  button.setAttribute("aria-selected", String(shown === "chosen"));
  button.setAttribute("aria-disabled", String(shown !== "free" && shown !== "chosen"));
}

function listen(grid: HTMLElement, room: Room, selection: Selection, zoom: Zoom, showKeys: () => void): () => void {
  let down = { x: 0, y: 0 };
  const seatOf = (event: Event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>(".seat") : null;
    return button ? room.byId.get(button.dataset.seat ?? "") : undefined;
  };
  const press = (event: PointerEvent) => (down = { x: event.clientX, y: event.clientY });
  const click = (event: MouseEvent) => {
    const seat = seatOf(event);
    if (!seat) return;
    const byKey = event.detail === 0;
    if (!byKey) {
      if (Math.hypot(event.clientX - down.x, event.clientY - down.y) > DRAG_PX) return;
      const cell = (event.target as HTMLElement).getBoundingClientRect().width;
      if (cell < TARGET_PX) {
        zoom.until(cell, { x: event.clientX, y: event.clientY });
        return;
      }
    }
    selection.tap(seat.id);
  };
  const focus = (seat: Seat) => {
    grid.querySelector<HTMLElement>(".seat[tabindex='0']")?.setAttribute("tabindex", "-1");
    const button = grid.querySelector<HTMLElement>(`[data-seat="${CSS.escape(seat.id)}"]`);
    button?.setAttribute("tabindex", "0");
    button?.focus();
  };
  const key = (event: KeyboardEvent) => {
    const seat = seatOf(event);
    if (!seat || event.altKey || event.metaKey) return;
    if (event.key === "?") {
      showKeys();
      return;
    }
    const next = seatAfter({ key: event.key, ctrl: event.ctrlKey }, seat, room);
    if (!next) return;
    event.preventDefault();
    focus(next);
  };
  const focused = (event: FocusEvent) => {
    const button = event.target instanceof HTMLElement ? event.target.closest(".seat") : null;
    if (!button || button.getAttribute("tabindex") === "0") return;
    grid.querySelector<HTMLElement>(".seat[tabindex='0']")?.setAttribute("tabindex", "-1");
    button.setAttribute("tabindex", "0");
  };
  grid.addEventListener("pointerdown", press);
  grid.addEventListener("click", click);
  grid.addEventListener("keydown", key);
  grid.addEventListener("focusin", focused);
  return () => {
    grid.removeEventListener("pointerdown", press);
    grid.removeEventListener("click", click);
    grid.removeEventListener("keydown", key);
    grid.removeEventListener("focusin", focused);
  };
}

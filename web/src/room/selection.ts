/** What a visitor has chosen in a room. Views read the signals and call the acts; every act is here. */

import { computed, signal, untracked, type ReadonlySignal } from "@preact/signals";
import { isOrdinary, type Room, type States } from "../holding/seats";
import { bestAvailable, leftAlone, mended, replacement, type Sitting } from "./best";

export const COUNT_AT_FIRST = 2;
/** So many maps after a refused hold may be older than the refusal. */
const OLD_MAPS = 3;

export type Said =
  | { what: "offered"; seats: string[]; sitting: Sitting }
  | { what: "too few"; count: number }
  | { what: "held"; seats: string[] }
  | { what: "chosen"; seat: string; instead: string | null }
  | { what: "given up"; seat: string }
  | { what: "lost"; seats: string[] }
  | { what: "replaced"; seat: string; by: string };

export class Selection {
  readonly count = signal(COUNT_AT_FIRST);
  readonly wheelchair = signal(false);
  readonly chosen = signal<readonly string[]>([]);
  /** Chosen seats that others took meanwhile. */
  readonly lost = signal<readonly string[]>([]);
  /** For the live region: only what happens to one's own seats. */
  readonly said = signal<Said | null>(null);
  readonly states = signal<States>(new Map());
  /** Seats that the visitor is paying for: they cannot be changed. */
  readonly beingPaid = signal<readonly string[]>([]);
  /** Free seats that the choice would leave alone. */
  readonly alone: ReadonlySignal<string[]>;
  private untouched = true;
  /** Seats that the visitor's own order holds: in the map they are held, for this visitor they are free. */
  private mine: ReadonlySet<string> = new Set();
  /** Seats that a hold is asked for: who has them, its answer says. The map may show the hold before the answer is here. */
  private asked: readonly string[] = [];
  /** Seats that a hold was refused for while the maps still show them free: as many maps are not believed. */
  private refused: ReadonlyMap<string, number> = new Map();
  /** Whether the visitor has seats of this showing already is being asked: nothing is offered before the answer. */
  private isExpecting = false;
  private latest: States = new Map();

  constructor(
    private readonly room: Room,
    private readonly most: number,
    private readonly chance: () => number = Math.random,
  ) {
    this.alone = computed(() => {
      const chosen = this.chosen.value;
      if (chosen.length === 0 || chosen.length < this.count.value) return [];
      return leftAlone(this.room, this.states.value, chosen).filter((id) => this.isOrdinary(id));
    });
  }

  /** A map arrived. The first one brings the best seats; a later one may take what was chosen. */
  see(map: States): void {
    this.latest = map;
    this.refused = new Map([...this.refused].filter(([id, maps]) => maps > 0 && map.get(id) === "free").map(([id, maps]) => [id, maps - 1]));
    const isFirst = this.states.peek().size === 0;
    const states = (this.states.value = this.ownView());
    if (this.isExpecting) return;
    if (isFirst) {
      this.offer();
      return;
    }
    const taken = this.chosen.peek().filter((id) => states.get(id) !== "free");
    if (taken.length) this.lose(taken);
    else this.offerAtFirst();
  }

  /** The map as it is for this visitor. */
  private ownView(): States {
    const own = new Set([...this.mine, ...this.asked]);
    if (own.size + this.refused.size === 0) return this.latest;
    return new Map([...this.latest].map(([id, state]) => [id, this.refused.has(id) ? "held" : own.has(id) ? "free" : state] as const));
  }

  /** Others have these: a map or a refused hold said so. */
  lose(seats: readonly string[]): void {
    this.untouched = false;
    this.mine = new Set([...this.mine].filter((id) => !seats.includes(id)));
    const stillFree = seats.filter((id) => this.latest.get(id) === "free");
    this.refused = new Map([...this.refused, ...stillFree.map((id) => [id, OLD_MAPS] as const)]);
    this.states.value = this.ownView();
    this.chosen.value = this.chosen.peek().filter((id) => !seats.includes(id));
    this.lost.value = [...new Set([...this.lost.peek(), ...seats])];
    this.said.value = { what: "lost", seats: [...seats] };
  }

  /** The chosen seats are asked for now. */
  ask(): readonly string[] {
    this.untouched = false;
    return (this.asked = this.chosen.peek());
  }

  /** The hold was not given, or nobody knows. */
  answered(): void {
    this.asked = [];
    this.see(this.latest);
  }

  howMany(count: number): void {
    this.count.value = Math.min(this.most, Math.max(1, count));
    this.offer();
  }

  withWheelchair(is: boolean): void {
    this.wheelchair.value = is;
    this.offer();
  }

  /** The best seats together. */
  offer(): void {
    untracked(() => {
      const wish = { count: this.count.value, wheelchair: this.wheelchair.value };
      const offer = bestAvailable(this.room, this.states.value, wish, this.chance());
      this.lost.value = [];
      this.chosen.value = offer?.seats ?? [];
      this.said.value = offer ? { what: "offered", ...offer } : { what: "too few", count: wish.count };
    });
  }

  /** A tap on a seat: chosen, or given up. One too many takes the place of the one that was chosen first. */
  tap(id: string): void {
    this.untouched = false;
    const chosen = this.chosen.peek();
    if (chosen.includes(id)) {
      this.chosen.value = chosen.filter((one) => one !== id);
      this.said.value = { what: "given up", seat: id };
      return;
    }
    if (this.states.peek().get(id) !== "free") return;
    const isFull = chosen.length >= this.count.peek();
    const instead = isFull ? (chosen[0] ?? null) : null;
    this.chosen.value = [...chosen.filter((one) => one !== instead), id];
    this.lost.value = this.lost.peek().slice(1);
    this.said.value = { what: "chosen", seat: id, instead };
  }

  /** Whether the visitor holds seats already will be said: by `holdsAlready`, or by `holdsNothing`. */
  expect(): void {
    this.isExpecting = true;
  }

  /** The visitor holds these already, and may change them. Only once a map was seen. */
  holdsAlready(seats: readonly string[]): void {
    this.mine = new Set(seats);
    this.isExpecting = true; // nothing is offered instead
    this.see(this.latest);
    this.isExpecting = false;
    this.said.value = { what: "held", seats: [...seats] };
    this.takeUp(seats);
  }

  isPaying(seats: readonly string[]): void {
    this.beingPaid.value = [...seats];
    this.holdsNothing();
  }

  holdsNothing(): void {
    this.isExpecting = false;
    this.offerAtFirst();
  }

  /** What the visitor was told of lost seats stays until the visitor acts. */
  private offerAtFirst(): void {
    if (this.untouched && this.chosen.peek().length === 0 && this.lost.peek().length === 0) this.offer();
  }

  /** What was chosen before: on the way back from a sign-in. Seats that went meanwhile are lost, and said. */
  takeUp(seats: readonly string[]): void {
    const states = this.states.peek();
    this.untouched = false;
    this.isExpecting = false;
    this.count.value = Math.min(this.most, seats.length);
    this.chosen.value = [...seats];
    const gone = seats.filter((id) => states.get(id) !== "free");
    if (gone.length) this.lose(gone);
  }

  /** Another seat for one that was just taken, beside the rest. */
  replace(id: string): void {
    const lost = this.lost.peek();
    const others = new Map([...this.states.peek()].filter(([one]) => !lost.includes(one)));
    const by = replacement(this.room, others, this.chosen.peek());
    this.lost.value = lost.filter((one) => one !== id);
    if (!by) return void (this.said.value = { what: "too few", count: this.count.peek() });
    this.chosen.value = [...this.chosen.peek(), by];
    this.said.value = { what: "replaced", seat: id, by };
  }

  /** So that no seat is left alone. */
  mend(): void {
    const seats = mended(this.room, this.states.peek(), this.chosen.peek());
    if (!seats) return;
    this.chosen.value = seats;
    this.said.value = { what: "offered", seats, sitting: "together" };
  }

  private isOrdinary(id: string): boolean {
    const seat = this.room.byId.get(id);
    return seat !== undefined && isOrdinary(seat);
  }
}

/** Larger and smaller: by buttons, by two fingers, by the first tap on a seat that is too small to be a target. */

export const TARGET_PX = 24;
const COMFORTABLE_PX = 36;
const STEP = 1.5;
const MOST = 6;

interface Point {
  x: number;
  y: number;
}

export class Zoom {
  private factor = 1;

  /** `frame` scrolls, `whenChanged` hears the new factor. */
  constructor(
    private readonly frame: HTMLElement,
    private readonly whenChanged: (factor: number) => void,
  ) {}

  larger = (): void => this.to(this.factor * STEP, this.middle());
  smaller = (): void => this.to(this.factor / STEP, this.middle());
  whole = (): void => this.to(1, this.middle());

  /** So that a seat of this size becomes a comfortable target. */
  until(cell: number, at: Point): void {
    this.to((this.factor * COMFORTABLE_PX) / cell, at);
  }

  /** Two fingers; one scrolls, as the browser does by itself. Returns what ends it. */
  byFingers(): () => void {
    let apart = 0;
    let factor = 1;
    const distance = ([a, b]: [Touch, Touch]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const two = (event: TouchEvent) => (event.touches.length === 2 ? ([...event.touches] as [Touch, Touch]) : null);
    const start = (event: TouchEvent) => {
      const fingers = two(event);
      if (!fingers) return;
      apart = distance(fingers);
      factor = this.factor;
    };
    const move = (event: TouchEvent) => {
      const fingers = two(event);
      if (!fingers || !apart) return;
      event.preventDefault();
      const [a, b] = fingers;
      this.to((factor * distance(fingers)) / apart, { x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 });
    };
    this.frame.addEventListener("touchstart", start, { passive: true });
    this.frame.addEventListener("touchmove", move, { passive: false });
    return () => {
      this.frame.removeEventListener("touchstart", start);
      this.frame.removeEventListener("touchmove", move);
    };
  }

  /** What is at `point` stays there. */
  private to(factor: number, { x, y }: Point): void {
    const wanted = Math.min(MOST, Math.max(1, factor));
    if (wanted === this.factor) return;
    const box = this.frame.getBoundingClientRect();
    const left = this.frame.scrollLeft + x - box.left;
    const top = this.frame.scrollTop + y - box.top;
    const by = wanted / this.factor;
    this.frame.style.blockSize = wanted === 1 ? "" : `${box.height}px`; // the page around it does not move
    this.frame.style.setProperty("--zoom", String(wanted));
    this.factor = wanted;
    this.frame.scrollTo({ left: left * by - (x - box.left), top: top * by - (y - box.top), behavior: "instant" });
    this.whenChanged(wanted);
  }

  private middle(): Point {
    const box = this.frame.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  }
}

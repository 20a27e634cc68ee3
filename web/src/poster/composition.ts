/** A poster from a film's title alone: always the same for the same film. Pure. */

import { MOTIFS, type Motif, type Shape } from "./motifs";
import { paletteOf, seedOf, type Palette } from "./palette";
import { set, type Line } from "./setting";

export const WIDTH = 240;
export const HEIGHT = 360;
const MARGIN = 16;
const TITLE_MOST = 190;
const AIR = 20; // between the title and the figure
const FIGURE_HEIGHT = 200; // where it stands without its title

export interface Composition {
  palette: Palette;
  shapes: Shape[];
  lines: Line[];
  /** Where the small print stands: the baseline of its one line. */
  small: number;
}
export type Figure = Pick<Composition, "palette" | "shapes"> & { height: number };

export function compose(title: string): Composition {
  const { motif, titleBelow, chance } = choiceOf(title);
  const block = set(title, WIDTH - 2 * MARGIN, TITLE_MOST);
  const small = titleBelow ? MARGIN + 9 : HEIGHT - MARGIN;
  const top = titleBelow ? HEIGHT - MARGIN - block.height : MARGIN;
  const field = titleBelow
    ? { width: WIDTH, top: MARGIN + 9 + AIR, bottom: top - AIR }
    : { width: WIDTH, top: top + block.height + AIR, bottom: HEIGHT - MARGIN - 9 - AIR };
  return {
    palette: paletteOf(title),
    shapes: motif(field, chance),
    lines: block.lines.map((line) => ({ ...line, baseline: line.baseline + top })),
    small,
  };
}

/** The poster's figure alone, for places where the title stands beside it. */
export function figureOf(title: string): Figure {
  const { motif, chance } = choiceOf(title);
  return { palette: paletteOf(title), shapes: motif({ width: WIDTH, top: 0, bottom: FIGURE_HEIGHT }, chance), height: FIGURE_HEIGHT };
}

function choiceOf(title: string) {
  const chance = chanceOf(title);
  const motif = MOTIFS[Math.floor(chance() * MOTIFS.length)] as Motif;
  return { motif, titleBelow: chance() < 0.6, chance };
}

/** Numbers from 0 to 1 that follow from the title (mulberry32). */
function chanceOf(title: string): () => number {
  let state = seedOf(`${title} poster`);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

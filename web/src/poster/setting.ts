/** How a title is set on a poster: capitals in lines that are each as wide as the sheet allows. Pure. */

import { CAPITAL_HEIGHT, widthOf } from "./advances";

export interface Line {
  text: string;
  size: number;
  /** Its baseline, from the block's top. */
  baseline: number;
}
export interface Block {
  lines: Line[];
  height: number;
}

const GAP = 7; // between lines, in the poster's units
const ACCENT_RISE = 0.17; // of an accented capital over a plain one
const TAIL_FALL = 0.13; // of a comma under the line
const LINES_MAX = 5;
const UNEVEN = 0.22; // what a difference of sizes costs, of that difference

/** The title in the block of at most `height` whose smallest line is largest and whose lines differ least. */
export function set(title: string, width: number, height: number): Block {
  const words = title.toLocaleUpperCase("en").split(/\s+/).filter(Boolean);
  const blocks = breakings(words).map((lines) => blockOf(lines, width));
  const best = (among: Block[]) => among.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  const fitting = blocks.filter((block) => block.height <= height);
  if (fitting.length) return best(fitting);
  return shrunk(blocks.reduce((a, b) => (b.height < a.height ? b : a)), height);
}

function breakings(words: string[]): string[][] {
  if (words.length > 10) return [chunks(words, Math.ceil(words.length / LINES_MAX))];
  const all: string[][] = [];
  for (let cuts = 0; cuts < 2 ** (words.length - 1); cuts++) {
    const lines: string[] = [words[0] ?? ""];
    words.slice(1).forEach((word, place) => {
      if (cuts & (1 << place)) lines.push(word);
      else lines[lines.length - 1] += ` ${word}`;
    });
    if (lines.length <= LINES_MAX) all.push(lines);
  }
  return all;
}

function chunks(words: string[], length: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += length) lines.push(words.slice(at, at + length).join(" "));
  return lines;
}

function blockOf(texts: string[], width: number): Block {
  let top = 0;
  let height = 0;
  const lines = texts.map((text) => {
    const size = width / widthOf(text);
    const rise = /\p{M}/u.test(text.normalize("NFD")) ? ACCENT_RISE * size : 0;
    const baseline = top + rise + CAPITAL_HEIGHT * size;
    height = baseline;
    top = baseline + GAP + (/[,;Q]/.test(text) ? TAIL_FALL * size : 0);
    return { text, size, baseline };
  });
  return { lines, height };
}

function worth(block: Block): number {
  const sizes = block.lines.map((line) => line.size);
  const least = Math.min(...sizes);
  return least - UNEVEN * (Math.max(...sizes) - least);
}

function shrunk(block: Block, height: number): Block {
  const by = height / block.height;
  const lines = block.lines.map((line) => ({ ...line, size: line.size * by, baseline: line.baseline * by }));
  return { lines, height };
}

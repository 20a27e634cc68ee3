import { expect, test } from "vitest";
import { widthOf } from "./advances";
import { compose, figureOf, HEIGHT } from "./composition";
import { PALETTES, type Palette } from "./palette";
import { set } from "./setting";

const TITLES = ["M", "8½", "Yi Yi", "The Good, the Bad and the Ugly", "Raiders of the Lost Ark", "Amélie", "東京物語", "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb"];

test("every line of a title is as wide as its sheet", () => {
  for (const title of TITLES.slice(0, 6))
    for (const line of set(title, 200, 240).lines) expect(widthOf(line.text) * line.size).toBeCloseTo(200);
});

test("a title that is too high for its block shrinks into it", () => {
  for (const title of TITLES) expect(set(title, 200, 60).height).toBeLessThanOrEqual(60.001);
});

test("no word of a title is lost", () => {
  for (const title of TITLES) expect(set(title, 200, 190).lines.map((line) => line.text).join(" ")).toBe(title.toUpperCase());
});

test("words of a title stand in lines of about the same size", () => {
  expect(set("The Good, the Bad and the Ugly", 208, 190).lines.map((line) => line.text)).toEqual(["THE GOOD,", "THE BAD AND", "THE UGLY"]);
  expect(set("Once Upon a Time in the West", 208, 190).lines.length).toBeGreaterThan(2);
});

test("a poster is the same each time, and all of it lies on its sheet", () => {
  for (const title of TITLES) {
    const composition = compose(title);
    expect(composition).toEqual(compose(title));
    for (const line of composition.lines) {
      expect(line.baseline).toBeGreaterThan(16);
      expect(line.baseline).toBeLessThanOrEqual(HEIGHT - 15.9);
    }
  }
});

test("a figure without its title is the poster's own, in the poster's colours", () => {
  for (const title of TITLES) {
    expect(figureOf(title).palette).toEqual(compose(title).palette);
    expect(figureOf(title).shapes.map((shape) => shape.tone)[0]).toBe(compose(title).shapes.map((shape) => shape.tone)[0]);
  }
});

test("the ink of every palette can be read on its ground", () => {
  for (const palette of PALETTES) expect(contrast(palette), JSON.stringify(palette)).toBeGreaterThanOrEqual(4.5);
});

function contrast({ ground, ink }: Palette): number {
  const [low, high] = [luminance(ground), luminance(ink)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2.2's relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

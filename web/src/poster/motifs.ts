/** What is drawn on a poster beside its title: one of a dozen figures, each varied by the film's own chance. Pure. */

export type Tone = "ground" | "ink" | "accent" | "second";
export interface Shape {
  d: string;
  tone: Tone;
  /** A line of this width; without it the figure is filled. */
  stroke?: number;
}
export interface Sheet {
  width: number;
  /** The figure's field. */
  top: number;
  bottom: number;
}
type Chance = () => number; // 0 to 1
export type Motif = (sheet: Sheet, chance: Chance) => Shape[];

const n = (value: number) => Math.round(value * 10) / 10;
const rect = (x: number, y: number, width: number, height: number) => `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;
const circle = (x: number, y: number, r: number) =>
  `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 1 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 1 ${n(-2 * r)} 0z`;
const halfUp = (x: number, y: number, r: number) => `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 1 ${n(2 * r)} 0z`;
const halfRight = (x: number, y: number, r: number) => `M${n(x)} ${n(y - r)}a${n(r)} ${n(r)} 0 1 1 0 ${n(2 * r)}z`;
const halfLeft = (x: number, y: number, r: number) => `M${n(x)} ${n(y - r)}a${n(r)} ${n(r)} 0 1 0 0 ${n(2 * r)}z`;
const pick = <T>(chance: Chance, of: readonly T[]) => of[Math.floor(chance() * of.length)] as T;
const steps = (count: number) => Array.from({ length: count }, (_, step) => step);

const sun: Motif = ({ width, top, bottom }, chance) => {
  const r = Math.min((bottom - top) * 0.46, width * 0.42);
  const x = width * pick(chance, [0.5, 0.36, 0.64]);
  const y = (top + bottom) / 2;
  const bands = 3 + Math.floor(chance() * 3);
  const cuts = steps(bands).map((step) => ({
    d: rect(0, y + (r / bands) * step + r * 0.12, width, 2.5 + step * (7 / bands)),
    tone: "ground" as const,
  }));
  return [{ d: circle(x, y, r), tone: "accent" }, ...cuts];
};

const moons: Motif = ({ width, top, bottom }, chance) => {
  const count = pick(chance, [2, 3]);
  const r = (bottom - top) / (2 * count);
  const tones: Tone[] = chance() < 0.5 ? ["accent", "second"] : ["second", "accent"];
  return steps(count).flatMap((step) => {
    const y = top + r + 2 * r * step;
    return step % 2
      ? [{ d: halfLeft(width / 2, y, r), tone: tones[1] as Tone }, { d: circle(width / 2 + r * 0.9, y, r * 0.3), tone: "ink" as const }]
      : [{ d: halfRight(width / 2, y, r), tone: tones[0] as Tone }, { d: circle(width / 2 - r * 0.9, y, r * 0.3), tone: "ink" as const }];
  });
};

const towers: Motif = ({ width, top, bottom }, chance) => {
  const count = pick(chance, [5, 6, 8]);
  const gap = 3;
  const each = (width + gap) / count; // the last one ends at the sheet's edge
  return steps(count).map((step) => {
    const height = (bottom - top) * (0.3 + 0.7 * chance());
    return { d: rect(step * each, bottom - height, each - gap, height), tone: pick(chance, ["accent", "accent", "second", "ink"] as const) };
  });
};

const beam: Motif = ({ width, top, bottom }, chance) => {
  const fromLeft = chance() < 0.5;
  const x = fromLeft ? 22 : width - 22;
  const far = fromLeft ? width : 0;
  const y = top + (bottom - top) * pick(chance, [0.2, 0.5, 0.8]);
  return [
    { d: `M${x} ${n(y)}L${far} ${n(top)}V${n(bottom)}z`, tone: "accent" },
    { d: `M${x} ${n(y)}L${far} ${n(top + (bottom - top) * 0.32)}V${n(top + (bottom - top) * 0.68)}z`, tone: "second" },
    { d: circle(x, y, 13), tone: "ink" },
  ];
};

const arcs: Motif = ({ width, top, bottom }, chance) => {
  const count = pick(chance, [4, 5, 6]);
  const height = bottom - top;
  const x = pick(chance, [0, width, width / 2]);
  const r = x === width / 2 ? Math.min(height, width / 2) : Math.min(height, width);
  const tones: Tone[] = ["accent", "ground", "second", "ground", "ink", "ground"];
  return steps(count).map((step) => ({ d: halfUp(x, bottom, r * (1 - step / count)), tone: tones[step % 6] as Tone }));
};

const dots: Motif = ({ width, top, bottom }, chance) => {
  const across = pick(chance, [4, 5, 6]);
  const pitch = (width - 32) / across;
  const down = Math.max(1, Math.floor((bottom - top) / pitch));
  const odd = Math.floor(chance() * across * down);
  const start = top + (bottom - top - down * pitch) / 2;
  return steps(across * down).map((place) => ({
    d: circle(16 + pitch * ((place % across) + 0.5), start + pitch * (Math.floor(place / across) + 0.5), pitch * (place === odd ? 0.46 : 0.3)),
    tone: place === odd ? "accent" : "second",
  }));
};

const stairs: Motif = ({ width, top, bottom }, chance) => {
  const count = pick(chance, [4, 5, 6]);
  const up = chance() < 0.5;
  return steps(count).map((step) => {
    const place = up ? step : count - 1 - step;
    const height = ((bottom - top) / count) * (step + 1);
    return { d: rect((width / count) * place, bottom - height, width / count + 0.5, height), tone: step % 2 ? "second" : "accent" };
  });
};

const eye: Motif = ({ width, top, bottom }, chance) => {
  const y = (top + bottom) / 2;
  const half = Math.min((bottom - top) / 2, 74);
  const look = width / 2 + (chance() - 0.5) * 40;
  return [
    { d: `M10 ${n(y)}Q${n(width / 2)} ${n(y - 2 * half)} ${n(width - 10)} ${n(y)}Q${n(width / 2)} ${n(y + 2 * half)} 10 ${n(y)}z`, tone: "second" },
    { d: circle(look, y, half * 0.72), tone: "accent" },
    { d: circle(look, y, half * 0.34), tone: "ground" },
    { d: circle(look + half * 0.2, y - half * 0.2, half * 0.1), tone: "ink" },
  ];
};

const waves: Motif = ({ width, top, bottom }, chance) => {
  const across = pick(chance, [2, 3, 4]);
  const r = width / across / 2;
  const rows = Math.max(2, Math.floor((bottom - top) / (r * 0.8)));
  const pitch = (bottom - top) / rows;
  return steps(rows).flatMap((row) =>
    steps(across + 1).map((place) => ({
      d: halfUp(place * 2 * r + (row % 2 ? 0 : r), top + pitch * (row + 1), Math.min(r, pitch * 1.4)),
      tone: (["accent", "second", "ink"] as const)[row % 3] as Tone,
    })),
  );
};

const windows: Motif = ({ width, top, bottom }, chance) => {
  const across = pick(chance, [3, 4]);
  const down = Math.max(2, Math.round(((bottom - top) / (width - 32)) * across));
  const gap = 6;
  const w = (width - 32 - gap * (across - 1)) / across;
  const h = (bottom - top - gap * (down - 1)) / down;
  const lit = Math.floor(chance() * across * down);
  return steps(across * down).map((place) => ({
    d: rect(16 + (place % across) * (w + gap), top + Math.floor(place / across) * (h + gap), w, h),
    tone: place === lit ? "accent" : "second",
  }));
};

const spiral: Motif = ({ width, top, bottom }, chance) => {
  const turns = pick(chance, [5, 7]);
  const r = Math.min((bottom - top) / 2 - 6, width / 2 - 14); // within half a line of its field
  const y = (top + bottom) / 2;
  let x = width / 2 - r / turns; // its arms reach one step farther to the right than to the left
  let path = `M${n(x)} ${n(y)}`;
  for (let half = 1; half <= turns; half++) {
    const radius = (r * half) / turns;
    x += (half % 2 ? 1 : -1) * 2 * radius;
    path += `A${n(radius)} ${n(radius)} 0 0 1 ${n(x)} ${n(y)}`;
  }
  return [{ d: path, tone: "accent", stroke: pick(chance, [8, 11]) }];
};

const cut: Motif = ({ width, top, bottom }, chance) => {
  const rising = chance() < 0.5;
  const [left, right] = rising ? [bottom, top] : [top, bottom];
  const r = (bottom - top) * 0.2;
  return [
    { d: `M0 ${n(left)}L${width} ${n(right)}V${n(bottom)}H0z`, tone: "accent" },
    { d: circle(width * (rising ? 0.27 : 0.73), top + (bottom - top) * 0.3, r), tone: "second" },
  ];
};

const hills: Motif = ({ width, top, bottom }, chance) => {
  const height = bottom - top;
  const moon = circle(width * (0.25 + chance() * 0.5), top + height * 0.24, Math.min(34, height * 0.2));
  const hill = (x: number, r: number, tone: Tone): Shape => ({ d: halfUp(x, bottom, r), tone });
  return [
    { d: moon, tone: "ink" },
    hill(width * (0.2 + chance() * 0.2), Math.min(height * 0.62, 110), "second"),
    hill(width * (0.65 + chance() * 0.2), Math.min(height * 0.5, 90), "accent"),
  ];
};

const film: Motif = ({ width, top, bottom }, chance) => {
  const frames = Math.max(2, Math.round((bottom - top) / 78));
  const each = (bottom - top) / frames;
  const seen = Math.floor(chance() * frames);
  return steps(frames).flatMap((frame) => {
    const y = top + frame * each;
    const holes = steps(3).flatMap((hole) =>
      [20, width - 32].map((x) => ({ d: rect(x, y + (each / 3) * (hole + 0.28), 12, each / 7), tone: "second" as const })),
    );
    return [...holes, { d: rect(44, y + 4, width - 88, each - 8), tone: frame === seen ? ("accent" as const) : ("second" as const) }];
  });
};

export const MOTIFS: readonly Motif[] = [
  sun, moons, towers, beam, arcs, dots, stairs, eye, waves, windows, spiral, cut, hills, film,
];

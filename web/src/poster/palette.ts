/** A film's own colours, from its title: ink is readable on ground in every one (palette.test.ts). */

export interface Palette {
  ground: string;
  ink: string;
  accent: string;
  second: string;
}

const palette = (ground: string, ink: string, accent: string, second: string): Palette => ({ ground, ink, accent, second });

export const PALETTES: readonly Palette[] = [
  palette("#16213d", "#f4e9d8", "#e4572e", "#6f84b3"),
  palette("#e8dcc4", "#1f1b16", "#c8402f", "#2f5d62"),
  palette("#a9251c", "#fbeedb", "#1c1613", "#f0b23c"),
  palette("#f0b429", "#231a0c", "#b8321f", "#fff3d6"),
  palette("#14342b", "#f1ead2", "#e0a83b", "#5f8f6f"),
  palette("#f3c9b9", "#2a1420", "#a8284a", "#5b2a4f"),
  palette("#20161f", "#f6e3cf", "#d93b5c", "#8a6fae"),
  palette("#d7e3dc", "#12302d", "#0f7a6c", "#e6794d"),
  palette("#0f4c5c", "#fdf0d5", "#fb8b24", "#7fb7be"),
  palette("#2b2d2f", "#f2efe6", "#f2c230", "#8d9196"),
  palette("#5a1a2b", "#fde8d7", "#f29c6b", "#c24d5f"),
  palette("#c9d6e8", "#14213b", "#2c56a8", "#e2603f"),
  palette("#f5efe2", "#221e1a", "#1d6b4f", "#e9b44c"),
  palette("#e8743f", "#22120a", "#fbe6cf", "#7a2413"),
  palette("#1b1b3a", "#f0e7f7", "#b79ced", "#e85d75"),
  palette("#8fb8a8", "#10261f", "#f4ead0", "#c2452d"),
  palette("#37348a", "#fbf2dd", "#f6c945", "#e8705f"),
  palette("#ded2e6", "#2c1b3d", "#6d3fa0", "#e08a3c"),
  palette("#0d0f12", "#f5f1e8", "#d7263d", "#a9a395"),
  palette("#efe0a8", "#2b2410", "#3f6d8e", "#cc5a3a"),
];

/** A number that is always the same for the same text (FNV-1a, then mixed). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

export function paletteOf(title: string): Palette {
  return PALETTES[seedOf(title) % PALETTES.length] as Palette;
}

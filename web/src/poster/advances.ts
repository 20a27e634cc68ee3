/** How wide the display face's letters are at its heaviest weight, in thousandths of its size (src/fonts/make.py). */

const ADVANCES: Record<string, number> = {
  A: 441, B: 428, C: 424, D: 430, E: 322, F: 312, G: 429, H: 425, I: 198, J: 271, K: 434, L: 332, M: 632, N: 480, O: 441,
  P: 424, Q: 442, R: 429, S: 412, T: 375, U: 427, V: 444, W: 665, X: 460, Y: 445, Z: 351, "0": 424, "1": 244, "2": 415,
  "3": 400, "4": 446, "5": 422, "6": 443, "7": 360, "8": 427, "9": 434, " ": 152, ".": 170, ",": 146, ":": 174, ";": 169,
  "!": 188, "?": 320, "'": 149, "’": 167, '"': 300, "-": 213, "–": 334, "—": 472, "&": 579, "½": 679, "/": 256, "(": 243,
  ")": 243, "+": 348, "#": 512,
};
const OF_ANOTHER_SCRIPT = 1000; // set in the system's face, as wide as it is high at most

export const CAPITAL_HEIGHT = 0.66;

/** The width of `text`, in its own size. An accent adds nothing. */
export function widthOf(text: string): number {
  const letters = [...text.normalize("NFD").replace(/\p{M}/gu, "")];
  return letters.reduce((sum, letter) => sum + (ADVANCES[letter] ?? OF_ANOTHER_SCRIPT), 0) / 1000;
}

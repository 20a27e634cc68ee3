import { expect, test } from "vitest";
import manifest from "../public/manifest.webmanifest?raw";
import robots from "../public/robots.txt?raw";
import { routes } from "./routes";

interface Icon {
  src: string;
  sizes: string;
  purpose?: string;
}
const { icons, start_url, shortcuts } = JSON.parse(manifest) as { icons: Icon[]; start_url: string; shortcuts: { url: string }[] };
const pictures = import.meta.glob<string>("../public/**/*.png", { query: "?inline", import: "default", eager: true });

/** Of a PNG's header: the first chunk has them, big endian. */
function sizeOf(dataUrl: string): string {
  const bytes = Uint8Array.from(atob(dataUrl.split(",")[1] ?? "").slice(0, 24), (one) => one.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return `${view.getUint32(16)}x${view.getUint32(20)}`;
}

test("each icon that the manifest names is there, in the size that it says", () => {
  const drawn = icons.filter((icon) => icon.src.endsWith(".png"));
  expect(drawn.map(({ src, sizes }) => [src, sizes])).toEqual(drawn.map(({ src }) => [src, sizeOf(pictures[`../public${src}`] ?? "")]));
});

test("there are icons of the sizes that browsers ask for, and one that may be masked", () => {
  expect(icons.filter((icon) => !icon.purpose).map((icon) => icon.sizes)).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  expect(icons.some((icon) => icon.purpose === "maskable")).toBe(true);
});

test("the picture for links has the size that its readers draw", () => expect(sizeOf(pictures["../public/card.png"] ?? "")).toBe("1200x630"));

test("what opens from an icon is an address of the page", () => {
  expect([start_url, ...shortcuts.map((one) => one.url)]).toEqual([routes.films, routes.bookings, routes.programme()]);
});

test.each([routes.booking("ev_1", "or_1"), routes.bookings, routes.signIn("/bookings"), "/parts"])(
  "%s is kept from search engines",
  (path) => expect(isAllowed(path)).toBe(false),
);

test.each([routes.films, routes.film("vertigo"), routes.programme("lisboa", "2026-11-26"), routes.theaters, routes.showing("ev_1"), "/assets/index-1.js", "/GetMovieDetail/api/v0/vertigo"])(
  "%s may be found",
  (path) => expect(isAllowed(path)).toBe(true),
);

/** RFC 9309, as far as our file uses it: one group, `Disallow` alone. */
function isAllowed(path: string): boolean {
  const patterns = [...robots.matchAll(/^Disallow: (.+)$/gm)].map((found) => found[1] ?? "");
  return !patterns.some((pattern) => path.startsWith(pattern));
}

// The script that the first page waits for, gzipped: printed, and held to its limit (docs/design.md, the page's budgets).

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 60_000;
const DIST = new URL("./dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", DIST), "utf8"));

const first = new Set();
const add = (name) => {
  if (first.has(name)) return;
  first.add(name);
  manifest[name].imports?.forEach(add);
};
add("index.html");

const gzipped = (file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const script = [...first].reduce((sum, name) => sum + gzipped(manifest[name].file), 0);
const styles = [...new Set([...first].flatMap((name) => manifest[name].css ?? []))];
console.log(`page: ${kilobytes(script)} of script and ${kilobytes(styles.reduce((sum, file) => sum + gzipped(file), 0))} of style on the first page, gzipped`);
const parts = Object.values(manifest).filter((part) => part.isDynamicEntry);
console.log(`page: ${parts.length} parts more, each when it is needed:`, parts.map((part) => `${part.name} ${kilobytes(gzipped(part.file))}`).join(", "));
if (script > LIMIT) {
  console.error(`page: the first page's script may have ${kilobytes(LIMIT)}: load a part of it when it is needed (src/views.ts)`);
  process.exit(1);
}

// The script that the first page waits for, gzipped: printed, and held to its limit (docs/design.md, the page's budgets).

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 60_000;
const DIST = new URL("./dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", DIST), "utf8"));

const neededBy = (name, found = new Set()) => {
  if (found.has(name)) return found;
  found.add(name);
  manifest[name].imports?.forEach((one) => neededBy(one, found));
  return found;
};
const first = neededBy("index.html");

const gzipped = (file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const script = [...first].reduce((sum, name) => sum + gzipped(manifest[name].file), 0);
const styles = [...new Set([...first].flatMap((name) => manifest[name].css ?? []))];
console.log(`page: ${kilobytes(script)} of script and ${kilobytes(styles.reduce((sum, file) => sum + gzipped(file), 0))} of style on the first page, gzipped`);
const parts = Object.entries(manifest).filter(([, part]) => part.isDynamicEntry);
const brings = (name) => [...neededBy(name)].filter((one) => !first.has(one)).reduce((sum, one) => sum + gzipped(manifest[one].file), 0);
console.log(`page: ${parts.length} parts more, each when it is needed:`, parts.map(([name, part]) => `${part.name} ${kilobytes(brings(name))}`).join(", "));
if (script > LIMIT) {
  console.error(`page: the first page's script may have ${kilobytes(LIMIT)}: load a part of it when it is needed (src/views.ts)`);
  process.exit(1);
}

/**
 * The service worker: the page's own files, so that the page opens without a connection. Its build writes the list of
 * files (vite.config.ts), so that each build is another worker. It takes over at once: index.html comes from the network
 * while there is one, and names its files by their hashes, so that no page is put together from two builds.
 */

import { servingOf } from "./serving";

declare const self: ServiceWorkerGlobalScope;
declare const __BUILD__: string;
declare const __FILES__: readonly string[];

const CACHE = `page ${__BUILD__}`;
const PAGE = "/index.html";
const FILES = new Set(__FILES__);
const PATIENCE_MS = 4_000; // with a connection that answers nothing

self.addEventListener("install", (event) => {
  void self.skipWaiting();
  event.waitUntil(store());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const serving = servingOf(event.request, self.location.origin, FILES);
  if (serving === "page") event.respondWith(page(event.request));
  if (serving === "file") event.respondWith(file(event.request));
});

async function store(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.add(new Request(PAGE, { cache: "no-cache" }));
  await Promise.all([...FILES].map((path) => storeFile(cache, path)));
}

/** What an older build had under the same name has the same content. */
async function storeFile(cache: Cache, path: string): Promise<void> {
  const known = await caches.match(path);
  await (known ? cache.put(path, known) : cache.add(path));
}

async function removeOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function page(request: Request): Promise<Response> {
  const asked = fetch(request);
  const patience = new Promise<undefined>((give) => setTimeout(give, PATIENCE_MS));
  const answer = await Promise.race([asked, patience]).catch(() => undefined);
  if (answer && answer.status < 500) return answer;
  return (await caches.match(PAGE)) ?? asked;
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** What the service worker does with a request. Pure. */

export interface Asked {
  method: string;
  /** Request.mode: `navigate` is a page that opens. */
  mode: string;
  url: string;
}

/**
 * `page`: index.html, from the network while there is one. `file`: a file of the page, whose name is a hash of its content.
 * `leave`: the browser's own affair. Every question to the API is left: what is true now is never answered from a cache.
 */
export type Serving = "page" | "file" | "leave";

/** What is named by an id, which may have a dot. */
const NAMED_PLACES = ["film", "programme", "showing", "booking"];

/** `files`: the paths that this worker has. */
export function servingOf({ method, mode, url }: Asked, origin: string, files: ReadonlySet<string>): Serving {
  const { origin: asked, pathname } = new URL(url);
  if (method !== "GET" || asked !== origin) return "leave";
  if (mode === "navigate") return isOfThePage(pathname) ? "page" : "leave";
  return files.has(pathname) ? "file" : "leave";
}

/** As the edge chooses (infra/edge/page_bucket.py). The API's readable page is another one. */
function isOfThePage(pathname: string): boolean {
  const [, place = "", ...rest] = pathname.split("/");
  if (NAMED_PLACES.includes(place)) return true;
  return !(rest.at(-1) ?? place).includes(".") && place !== "api-reference" && !pathname.includes("/api/v0");
}

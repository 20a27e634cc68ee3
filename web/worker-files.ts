/** Writes into the service worker (src/worker/sw.ts) which files the page is made of, and a name for this build. */

import type { Plugin } from "vite";

const WORKER = "sw.js";
const LEFT_OUT = /AllPartsView|all-parts/; // shown to those who build the page

export function workerFiles(): Plugin {
  return {
    name: "worker-files",
    apply: "build",
    enforce: "post",
    async generateBundle(_, bundle) {
      const worker = bundle[WORKER];
      const page = bundle["index.html"];
      if (worker?.type !== "chunk" || page?.type !== "asset") this.error("the build has no service worker, or no page");
      const files = Object.keys(bundle).filter((name) => name.startsWith("assets/") && !LEFT_OUT.test(name)).sort();
      const build = await hashOf(`${JSON.stringify(files)} ${String(page.source)}`);
      worker.code = worker.code
        .replaceAll("__BUILD__", JSON.stringify(build))
        .replaceAll("__FILES__", JSON.stringify(files.map((name) => `/${name}`)));
    },
  };
}

async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...digest.slice(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

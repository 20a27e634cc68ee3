/// <reference types="vitest/config" />
import { defineConfig, loadEnv } from "vite";
import { workerFiles } from "./worker-files.ts";

// `API_URL`: a running stack (`web_url` of .local/stack.json), which `npm run dev` asks for /…/api/v0/….
const API_URL = loadEnv("", ".", "API_URL").API_URL;

// In one file what the first page and most views need: it is smaller than its parts.
const SHARED = /node_modules.(preact|@preact|openapi-fetch)|src.(api|format|parts|poster)|src.texts.(en|fill|index)|src.layout.(?!Missing)|src.(routes|views)/;

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [workerFiles()],
  build: {
    rolldownOptions: {
      input: { index: "index.html", sw: "src/worker/sw.ts" },
      // A service worker's address stays the same: the browser looks there for the next one.
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        codeSplitting: { groups: [{ name: "shared", test: SHARED }] },
      },
    },
    target: "es2022",
    assetsInlineLimit: 0, // the page's policy (infra/edge/response_headers.py) takes fonts from files alone
    modulePreload: { polyfill: false }, // the polyfill is an inline script in old browsers
    manifest: "manifest.json", // size.mjs and tests/bench read which files each view needs
    license: { fileName: "licences.md" },
  },
  server: API_URL
    ? { proxy: { "^/([A-Za-z]+/api/v0|config\\.json|openapi\\.json)": { target: API_URL, changeOrigin: true } } }
    : {},
  test: { include: ["src/**/*.test.ts"], environment: "node", isolate: false },
});

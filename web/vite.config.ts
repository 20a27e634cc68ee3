/// <reference types="vitest/config" />
import { defineConfig, loadEnv } from "vite";

// `API_URL`: a running stack (`web_url` of .local/stack.json), which `npm run dev` asks for /…/api/v0/….
const API_URL = loadEnv("", ".", "API_URL").API_URL;

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
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

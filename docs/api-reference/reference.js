// Shows /openapi.json. A script of our own origin: the page's Content-Security-Policy lets no inline script run.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followTheSystem = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followTheSystem);
followTheSystem();

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null, // nothing of this API is sent to another origin
  persistAuthorization: false, // a token is not kept in the browser
});

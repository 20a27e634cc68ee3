/** Nothing is at this address: said in words of what the address names. */

import { useLocation } from "preact-iso";
import { routes } from "../routes";
import { texts } from "../texts";
import { Page } from "./Page";

export function Missing() {
  const { trouble } = texts.value;
  const { path } = useLocation();
  const { title, words } = trouble.missing[kindOf(path)];
  return (
    <Page title={title}>
      <div class="notice">
        <h1 class="head">{title}</h1>
        <p class="lead">{words}</p>
        <a class="button" href={routes.films}>
          {trouble.toFilms}
        </a>
      </div>
    </Page>
  );
}

/** An address that names nothing is of no kind: `/film` without a film, `/no/such/place`. */
function kindOf(path: string): "page" | "film" | "programme" | "showing" | "booking" {
  const [, view, id] = path.split("/");
  const isNamed = view === "film" || view === "programme" || view === "showing" || view === "booking";
  return isNamed && id ? view : "page";
}

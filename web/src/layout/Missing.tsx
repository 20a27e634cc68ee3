import { routes } from "../routes";
import { texts } from "../texts";
import { Page } from "./Page";

export function Missing() {
  const { trouble } = texts.value;
  return (
    <Page title={trouble.missingTitle}>
      <div class="notice">
        <h1 class="head">
          {trouble.missingTitle}
        </h1>
        <p class="lead">{trouble.missing}</p>
        <a class="button" href={routes.films}>
          {trouble.toFilms}
        </a>
      </div>
    </Page>
  );
}

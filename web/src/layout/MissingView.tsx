/** Nothing is at this address: said in words of what the address names, with ways on. */

import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import * as answers from "../api/answers";
import { Poster } from "../poster/Poster";
import { routes } from "../routes";
import { texts } from "../texts";
import { Page } from "./Page";
import "./missing.css";

const FILMS_SHOWN = 6;

export function MissingView() {
  const { trouble, nav } = texts.value;
  const { path } = useLocation();
  const kind = kindOf(path);
  const { title, words } = trouble.missing[kind];
  useEffect(keptFromSearchEngines, []);
  return (
    <Page title={title}>
      <div class="notice">
        <h1 class="head">{title}</h1>
        <p class="lead">{words}</p>
        <p class="notice-acts">
          <a class="button" href={routes.films}>
            {trouble.toFilms}
          </a>
          {kind === "booking" && (
            <a class="button quiet" href={routes.bookings}>
              {nav.bookings}
            </a>
          )}
          {(kind === "showing" || kind === "programme") && (
            <a class="button quiet" href={routes.programme()}>
              {nav.programme}
            </a>
          )}
        </p>
        <FilmSearch />
      </div>
      <NowShowing />
    </Page>
  );
}

function FilmSearch() {
  const { films, trouble } = texts.value;
  const { route } = useLocation();
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const words = new FormData(event.currentTarget as HTMLFormElement).get("q");
    route(`${routes.films}?${new URLSearchParams({ q: String(words) }).toString()}`);
  };
  return (
    <search>
      <form class="missing-search" onSubmit={search}>
        <label class="field">
          {films.search}
          <input type="search" name="q" required />
        </label>
        <button class="button quiet">{trouble.find}</button>
      </form>
    </search>
  );
}

/** The films that are shown next; nothing while there is no answer. */
function NowShowing() {
  const films = answers.useAnswer(answers.films()).value ?? [];
  const next = [...films].sort((a, b) => a.next_movie_time.localeCompare(b.next_movie_time)).slice(0, FILMS_SHOWN);
  if (next.length === 0) return null;
  return (
    <section aria-labelledby="now-showing">
      <h2 id="now-showing">{texts.value.films.title}</h2>
      <ul class="missing-films">
        {next.map((film) => (
          <li key={film.movie_id}>
            <a href={routes.film(film.movie_id)}>
              <Poster title={film.title} year={film.year} director={film.director} picture={film.poster} />
              {film.title}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The edge answers each place with 200, for it cannot know which are there: the page says it to those that collect pages. */
function keptFromSearchEngines(): () => void {
  const meta = Object.assign(document.createElement("meta"), { name: "robots", content: "noindex" });
  document.head.append(meta);
  return () => meta.remove();
}

/** An address that names nothing is of no kind: `/film` without a film, `/no/such/place`. */
function kindOf(path: string): "page" | "film" | "programme" | "showing" | "booking" {
  const [, view, id] = path.split("/");
  const isNamed = view === "film" || view === "programme" || view === "showing" || view === "booking";
  return isNamed && id ? view : "page";
}

/** The first page: all films on display, as a wall of posters. */

import { useComputed, useSignal } from "@preact/signals";
import * as answers from "../api/answers";
import type { ListedFilm } from "../api/shapes";
import { Page } from "../layout/Page";
import { Trouble } from "../layout/Trouble";
import { Poster } from "../poster/Poster";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import { chosen, genresOf } from "./search";
import "./films.css";

const SKELETONS = 18;

export function FilmsView() {
  const asked = answers.films();
  const { value: films, problem } = answers.useAnswer(asked);
  const words = useSignal("");
  const genre = useSignal("");
  const shown = useComputed(() => chosen(asked.answer.value.value ?? [], words.value, genre.value));
  const { films: text } = texts.value;
  const clear = () => {
    words.value = "";
    genre.value = "";
  };
  return (
    <Page title={text.title} busy={!films}>
      <div class="films-head">
        <h1 class="head">
          {text.title}
        </h1>
        <search class="films-search">
          <label class="field">
            {text.search}
            <input type="search" value={words} onInput={(event) => (words.value = event.currentTarget.value)} />
          </label>
          <GenreField genres={genresOf(films ?? [])} chosen={genre.value} choose={(one) => (genre.value = one)} />
        </search>
        <p class="soft fine films-count" role="status">
          {films ? counted(language.value, text.count, shown.value.length) : " "}
        </p>
      </div>
      {problem && !films ? (
        <Trouble problem={problem} again={() => void asked.ask()} />
      ) : films && shown.value.length === 0 ? (
        <div class="notice">
          <p>{text.none}</p>
          <button type="button" class="button quiet" onClick={clear}>
            {text.clear}
          </button>
        </div>
      ) : (
        <ul class="wall">{films ? shown.value.map((film) => <FilmItem key={film.movie_id} film={film} />) : skeletons()}</ul>
      )}
    </Page>
  );
}

function GenreField({ genres, chosen, choose }: { genres: string[]; chosen: string; choose: (genre: string) => void }) {
  const { films: text } = texts.value;
  if (genres.length === 0) return null;
  return (
    <label class="field">
      {text.genre}
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{text.anyGenre}</option>
        {genres.map((genre) => (
          <option value={genre}>{genre}</option>
        ))}
      </select>
    </label>
  );
}

function FilmItem({ film }: { film: ListedFilm }) {
  return (
    <li>
      <a href={routes.film(film.movie_id)}>
        <Poster title={film.title} year={film.year} director={film.director} picture={film.poster} />
        <span class="wall-title">{film.title}</span>
        <span class="fine soft">
          {fill(texts.value.film.minutes, { n: film.length })} · {film.certificate}
        </span>
      </a>
    </li>
  );
}

export function skeletons() {
  return Array.from({ length: SKELETONS }, () => (
    <li aria-hidden="true">
      <span class="skeleton poster" />
      <span class="wall-title">
        <span class="skeleton">Untitled film</span>
      </span>
      <span class="fine">
        <span class="skeleton">120 min</span>
      </span>
    </li>
  ));
}

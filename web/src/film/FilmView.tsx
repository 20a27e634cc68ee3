/** A film's page: its poster and words in its own colours, and where and when it is shown. */

import * as answers from "../api/answers";
import type { FilmDetail, Showing } from "../api/shapes";
import { clock, shortDay } from "../format/time";
import { Page } from "../layout/Page";
import { TroublePage } from "../layout/Trouble";
import { factsOf } from "../parts/facts";
import { genreName } from "../parts/genres";
import { Skeleton } from "../parts/Skeleton";
import { Figure, Poster } from "../poster/Poster";
import { paletteOf } from "../poster/palette";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import { byDay } from "./days";
import "./film.css";

export function FilmView({ movieId }: { movieId?: string }) {
  const asked = answers.film(movieId ?? "");
  const { value: film, problem } = answers.useAnswer(asked);
  if (problem && !film) return <TroublePage problem={problem} again={() => void asked.ask()} />;
  return (
    <Page title={film?.title} full busy={!film}>
      {film ? <Hero film={film} /> : <HeroSkeleton />}
      <section class="film-showings" aria-labelledby="showings" key={film ? "showings" : "skeletons"}>
        <h2 id="showings">{texts.value.film.showings}</h2>
        {film ? <Showings film={film} /> : <ShowingsSkeleton />}
      </section>
    </Page>
  );
}

export function Hero({ film }: { film: FilmDetail }) {
  const { ground, ink, accent } = paletteOf(film.title);
  const { film: text } = texts.value;
  const facts = [film.year, fill(text.minutes, { n: film.length }), film.certificate, ...film.genres.map(genreName)].filter(Boolean);
  return (
    <div class="film-hero" style={{ "--ground": ground, "--figure": ink, "--mark": accent }}>
      <div class="film-poster">
        {film.poster ? <Poster title={film.title} year={film.year} director={film.director} picture={film.poster} /> : <Figure title={film.title} />}
      </div>
      <div class="film-words">
        <h1>{film.title}</h1>
        <p class="film-facts">{facts.join(" · ")}</p>
        <p class="lead">{film.details}</p>
        {film.director && <p>{fill(text.directedBy, { name: film.director })}</p>}
      </div>
    </div>
  );
}

export function HeroSkeleton() {
  return (
    <div class="film-hero" aria-hidden="true">
      <div class="film-poster">
        <span class="skeleton figure-skeleton" />
      </div>
      <div class="film-words">
        <p class="film-title-skeleton">
          <Skeleton letters={12} />
        </p>
        <p class="film-facts">
          <Skeleton letters={20} />
        </p>
        <p class="lead">
          <Skeleton letters={120} />
        </p>
      </div>
    </div>
  );
}

function Showings({ film }: { film: FilmDetail }) {
  const { film: text } = texts.value;
  if (film.theaters.length === 0) return <p class="soft">{text.noShowings}</p>;
  return (
    <>
      {film.theaters.map((theater) => (
        <section class="film-theater">
          <h3>
            <a href={routes.programme(theater.theater_id)}>{theater.name}</a>
          </h3>
          <ul>
            {byDay(theater.events, theater.time_zone).map(({ day, showings }) => (
              <li class="film-day">
                <DayName day={day} />
                <ul>
                  {showings.map((showing) => (
                    <ShowingLink showing={showing} zone={theater.time_zone} />
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function DayName({ day }: { day: string }) {
  const { weekday, number, month } = shortDay(language.value, day);
  return (
    <time class="film-day-name" dateTime={day}>
      {weekday} <b>{number}</b> {month}
    </time>
  );
}

function ShowingLink({ showing, zone }: { showing: Showing; zone: string }) {
  const room = fill(texts.value.programme.room, { name: showing.room_name });
  return (
    <li>
      <a class="film-time" href={routes.showing(showing.event_id)}>
        <time dateTime={showing.movie_time}>{clock(language.value, zone, showing.movie_time)}</time>
        <span class="fine">{[room, ...factsOf(showing)].join(" · ")}</span>
      </a>
    </li>
  );
}

export function ShowingsSkeleton() {
  return (
    <section class="film-theater" aria-hidden="true">
      <h3>
        <Skeleton letters={12} />
      </h3>
      <ul>
        {[0, 1, 2, 3].map(() => (
          <li class="film-day">
            <Skeleton letters={10} />
            <Skeleton letters={14} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The first page: the films on display, as a wall of posters; all of them, or those of a cinema's day. */

import { useLocation } from "preact-iso";
import * as answers from "../api/answers";
import type { ListedFilm, Programme, ProgrammeShowing, Theater } from "../api/shapes";
import { clock, dayAfter, localDay, longDay } from "../format/time";
import { Page } from "../layout/Page";
import { isMissing, Trouble } from "../layout/Trouble";
import { Choice, FactChoices } from "../parts/Choice";
import { genreName } from "../parts/genres";
import { Poster } from "../poster/Poster";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import { addressOf, found, genresOf, wantedFilms, type Found, type Wanted } from "./search";
import "./films.css";

const SKELETONS = 18;
const NOTHING = new answers.Kept<Programme>(() => new Promise(() => undefined)); // asked where no cinema is chosen

export function FilmsView() {
  const { query, route } = useLocation();
  const wanted = wantedFilms(query);
  const asked = answers.films();
  const { value: films, problem } = answers.useAnswer(asked);
  const day = useDay(wanted);
  const isWaiting = !films || (wanted.theaterId !== "" && !day.programme && !day.problem);
  const isUnknown = day.problem !== undefined && isMissing(day.problem);
  const shown = films && !isWaiting && !isUnknown ? found(films, wanted, day.programme) : [];
  const { films: text } = texts.value;
  const change = (by: Partial<Wanted>, replace = false) => route(addressOf({ ...wanted, ...by }), replace);
  return (
    <Page title={text.title} busy={isWaiting}>
      <div class="films-head">
        <h1 class="head">
          {text.title}
        </h1>
        <search class="films-search">
          <label class="field films-words">
            {text.search}
            <input type="search" value={wanted.words} onInput={(event) => change({ words: event.currentTarget.value }, true)} />
          </label>
          <Filters films={films ?? []} wanted={wanted} programme={day.programme} change={change} />
        </search>
        <p class="soft fine films-count" role="status">
          {isWaiting ? " " : counted(language.value, text.count, shown.length)}
        </p>
      </div>
      {problem && !films ? (
        <Trouble problem={problem} again={() => void asked.ask()} />
      ) : day.problem && !day.programme && !isUnknown ? (
        <Trouble problem={day.problem} again={day.again} />
      ) : !isWaiting && shown.length === 0 ? (
        <None wanted={wanted} programme={day.programme} change={change} />
      ) : (
        <ul class="wall">{isWaiting ? skeletons() : shown.map((one) => <FilmItem key={one.film.movie_id} found={one} zone={day.programme?.time_zone} />)}</ul>
      )}
    </Page>
  );
}

/** The programme of the cinema's day, where one is chosen. */
function useDay({ theaterId, day }: Wanted) {
  const asked = theaterId ? answers.programme(theaterId, day || undefined) : NOTHING;
  const { value, problem } = answers.useAnswer(asked);
  return { programme: value, problem, again: () => void asked.ask() };
}

interface FilterProps {
  films: ListedFilm[];
  wanted: Wanted;
  programme: Programme | undefined;
  change: (by: Partial<Wanted>) => void;
}

function Filters({ films, wanted, programme, change }: FilterProps) {
  const { films: text } = texts.value;
  const theaters: Theater[] = answers.useAnswer(answers.theaters()).value?.theaters ?? [];
  const theaterName = (id: string) => theaters.find((one) => one.theater_id === id)?.name ?? id;
  const genres = genresOf(films);
  return (
    <>
      {(genres.length > 0 || wanted.genre) && (
        <Choice label={text.genre} any={text.anyGenre} of={genres} name={genreName} value={wanted.genre} choose={(genre) => change({ genre })} />
      )}
      <Choice label={text.where} any={text.anywhere} of={theaters.map((one) => one.theater_id)} name={theaterName} value={wanted.theaterId} choose={(theaterId) => change({ theaterId })} />
      {wanted.theaterId && <DayChoice wanted={wanted} programme={programme} change={change} />}
      {programme && <FactChoices programme={programme} wanted={wanted} choose={change} />}
    </>
  );
}

function DayChoice({ wanted, programme, change }: Pick<FilterProps, "wanted" | "programme" | "change">) {
  const { films: text, programme: words } = texts.value;
  const shown = wanted.day || programme?.date || "";
  const days = [...new Set([...(programme?.dates ?? []), ...(shown ? [shown] : [])])].sort();
  const today = programme && localDay(programme.time_zone, programme.as_of);
  const name = (day: string) => (day === today ? words.today : today && day === dayAfter(today) ? words.tomorrow : longDay(language.value, day));
  return <Choice label={text.when} {...(days.length === 0 && { any: " " })} of={days} name={name} value={shown} choose={(day) => change({ day })} />;
}

function None({ wanted, programme, change }: Pick<FilterProps, "wanted" | "programme" | "change">) {
  const { films: text, programme: words } = texts.value;
  const { route } = useLocation();
  const next = programme?.dates.find((day) => day > programme.date);
  const isNameAlone = addressOf(wanted) === addressOf({ ...wantedFilms({}), words: wanted.words });
  return (
    <div class="notice">
      <p class="lead">{isNameAlone ? text.none : text.noneHere}</p>
      {next && <a href={addressOf({ ...wanted, day: next })}>{fill(words.next, { date: longDay(language.value, next) })}</a>}
      <p class="notice-acts">
        {wanted.theaterId && !isNameAlone && (
          <button type="button" class="button quiet" onClick={() => change({ theaterId: "" })}>
            {text.anywhere}
          </button>
        )}
        <button type="button" class="button quiet" onClick={() => route(routes.films)}>
          {text.clear}
        </button>
      </p>
    </div>
  );
}

function FilmItem({ found: { film, showings }, zone }: { found: Found; zone: string | undefined }) {
  return (
    <li>
      <a href={routes.film(film.movie_id)}>
        <Poster title={film.title} year={film.year} director={film.director} picture={film.poster} />
        <span class="wall-title">{film.title}</span>
        <span class="fine soft">
          {fill(texts.value.film.minutes, { n: film.length })} · {film.certificate}
        </span>
        {zone && <Times showings={showings} zone={zone} />}
      </a>
    </li>
  );
}

function Times({ showings, zone }: { showings: ProgrammeShowing[]; zone: string }) {
  return (
    <span class="wall-times">
      {showings.map((showing) => (
        <time key={showing.event_id} dateTime={showing.movie_time}>
          {clock(language.value, zone, showing.movie_time)}{" "}
        </time>
      ))}
    </span>
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

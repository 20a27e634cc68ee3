/** The programme of a theater's day, as it would be printed. */

import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import * as answers from "../api/answers";
import type { Programme, Theater } from "../api/shapes";
import { money } from "../format/money";
import { clock, dayAfter, localDay, longDay, shortDay } from "../format/time";
import { Page } from "../layout/Page";
import { Trouble, TroublePage, isMissing } from "../layout/Trouble";
import { FactChoices } from "../parts/Choice";
import { factsOf } from "../parts/facts";
import { Skeleton } from "../parts/Skeleton";
import { Stale } from "../parts/Stale";
import { queryOf, wantedOf, type Wanted } from "../parts/wanted";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import { homeTheater, visit } from "./home";
import { daysOf, isToday, printed, saleOf, type Entry, type Part } from "./printed";
import "./programme.css";

export function ProgrammeView({ theaterId, date }: { theaterId?: string; date?: string }) {
  const asked = answers.theaters();
  const { value: list, problem } = answers.useAnswer(asked);
  const theaters = list?.theaters ?? [];
  const home = homeTheater();
  const isKnown = (id: string | null) => id !== null && theaters.some((one) => one.theater_id === id);
  const shown = theaterId ?? (theaters.length === 1 ? theaters[0]?.theater_id : isKnown(home) ? home : undefined);
  if (problem && !list) return <TroublePage problem={problem} again={() => void asked.ask()} />;
  if (!shown) return list ? <TheaterChoice theaters={theaters} /> : <ProgrammeFrame theaters={theaters} theaterId={undefined} query="" />;
  return <TheaterDay key={shown} theaters={theaters} theaterId={shown} date={date} />;
}

/** Where no programme was looked at yet: the visitor says which cinema is theirs. */
function TheaterChoice({ theaters }: { theaters: Theater[] }) {
  const { programme: text } = texts.value;
  return (
    <Page title={text.title}>
      <h1 class="head">{text.title}</h1>
      <p class="lead">{text.where}</p>
      <ul class="theater-choice">
        {theaters.map((theater) => (
          <li key={theater.theater_id}>
            <a href={routes.programme(theater.theater_id)}>
              <b>{theater.name}</b> <span class="soft">{theater.address}</span>
            </a>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function TheaterDay({ theaters, theaterId, date }: { theaters: Theater[]; theaterId: string; date: string | undefined }) {
  const asked = answers.programme(theaterId, date);
  const { value: programme, problem, stale } = answers.useAnswer(asked);
  const { path, query, route } = useLocation();
  const wanted = wantedOf(query);
  const choose = (change: Partial<Wanted>) => route(path + queryOf({ ...wanted, ...change }));
  useEffect(() => {
    if (programme) visit(theaterId);
  }, [programme, theaterId]);
  if (problem && isMissing(problem)) return <TroublePage problem={problem} again={() => void asked.ask()} />;
  return (
    <ProgrammeFrame theaters={theaters} theaterId={theaterId} programme={programme} query={queryOf({ ...wanted })}>
      {stale && programme && <Stale asOf={programme.as_of} zone={programme.time_zone} />}
      {programme && <Filters programme={programme} wanted={wanted} choose={choose} />}
      {problem && !programme ? (
        <Trouble problem={problem} again={() => void asked.ask()} />
      ) : programme ? (
        <Day programme={programme} wanted={wanted} />
      ) : (
        <DaySkeleton />
      )}
    </ProgrammeFrame>
  );
}

interface FrameProps {
  theaters: Theater[];
  theaterId: string | undefined;
  programme?: Programme | undefined;
  /** What is wanted, as links to other days carry it. */
  query: string;
  children?: preact.ComponentChildren;
}

function ProgrammeFrame({ theaters, theaterId, programme, query, children }: FrameProps) {
  const { programme: text, theaters: theaterText } = texts.value;
  const { route } = useLocation();
  const theater = theaters.find((one) => one.theater_id === theaterId);
  return (
    <Page title={theater ? `${text.title}, ${theater.name}` : text.title} busy={!programme || theaters.length === 0}>
      <div class="programme-head" key={theater ? "theater" : "skeleton"}>
        <h1 class="head">
          {theater?.name ?? <Skeleton letters={14} />}
        </h1>
        <div>
          <p>{theater?.address ?? <Skeleton letters={24} />}</p>
          <p class="soft">{theater?.info ?? <Skeleton letters={30} />}</p>
        </div>
        <label class="field">
          {theaterText.title}
          <select value={theaterId} onChange={(event) => route(routes.programme(event.currentTarget.value))}>
            {theaters.map((one) => (
              <option value={one.theater_id}>{one.name}</option>
            ))}
          </select>
        </label>
      </div>
      {programme ? <DayStrip programme={programme} query={query} /> : <DayStripSkeleton />}
      {children ?? <DaySkeleton />}
    </Page>
  );
}

export function DayStrip({ programme, query }: { programme: Programme; query: string }) {
  const { programme: text } = texts.value;
  const today = localDay(programme.time_zone, programme.as_of);
  return (
    <nav class="day-strip" aria-label={text.day}>
      <ul>
        {daysOf(programme).map((day) => {
          const { weekday, number, month } = shortDay(language.value, day);
          const near = day === today ? text.today : day === dayAfter(today) ? text.tomorrow : weekday;
          return (
            <li>
              <a href={routes.programme(programme.theater_id, day) + query} aria-current={day === programme.date ? "date" : undefined}>
                <span>{near}</span> <b>{number}</b> <span>{month}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

export function DayStripSkeleton() {
  return (
    <div class="day-strip" aria-hidden="true">
      <ul>
        {[0, 1, 2, 3, 4, 5, 6].map(() => (
          <li>
            <a>
              <span class="skeleton">Day</span> <b class="skeleton">00</b> <span class="skeleton">Mon</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Filters({ programme, wanted, choose }: { programme: Programme; wanted: Wanted; choose: (change: Partial<Wanted>) => void }) {
  return (
    <div class="programme-filters" role="group" aria-label={texts.value.programme.filters}>
      <FactChoices programme={programme} wanted={wanted} choose={choose} />
    </div>
  );
}

function Day({ programme, wanted }: { programme: Programme; wanted: Wanted }) {
  const { programme: text } = texts.value;
  const parts = printed(programme, wanted);
  return (
    <>
      <h2 class="programme-day">{longDay(language.value, programme.date)}</h2>
      {parts.length === 0 && <Empty programme={programme} filtered={programme.movies.length > 0} />}
      {parts.map((part) => (
        <section class="programme-part">
          <h3>{text.parts[part.part]}</h3>
          <Entries part={part} programme={programme} />
        </section>
      ))}
    </>
  );
}

function Entries({ part, programme }: { part: Part; programme: Programme }) {
  return (
    <ol>
      {part.entries.map((entry) => (
        <EntryLine key={entry.showing.event_id} entry={entry} programme={programme} />
      ))}
    </ol>
  );
}

export function EntryLine({ entry: { film, showing }, programme }: { entry: Entry; programme: Programme }) {
  const { programme: text, truths, film: filmText } = texts.value;
  const sale = saleOf(showing, Date.parse(programme.as_of));
  const made = [film.director, film.year].filter(Boolean).join(", ");
  const price = showing.price_from === null ? "" : fill(text.from, { price: money(language.value, programme.currency, showing.price_from) });
  return (
    <li class={`entry ${sale === "open" ? "" : "not-open"} ${sale === "called off" ? "called-off" : ""}`}>
      <a href={routes.showing(showing.event_id)}>
        <time dateTime={showing.movie_time}>{clock(language.value, programme.time_zone, showing.movie_time)}</time>
        <span class="entry-film">
          <span class="entry-title">{film.title}</span>
          {made && <span class="entry-made"> {made}</span>}
          <span class="entry-facts">
            {[fill(filmText.minutes, { n: film.length }), film.certificate, fill(text.room, { name: showing.room_name }), ...factsOf(showing)].join(" · ")}
          </span>
        </span>
        <span class="entry-price">
          {sale === "called off" ? <b>{truths.calledOff}</b> : sale === "closed" ? truths.closed : price}
        </span>
      </a>
    </li>
  );
}

function Empty({ programme, filtered }: { programme: Programme; filtered: boolean }) {
  const { programme: text } = texts.value;
  const next = programme.dates.find((day) => day > programme.date);
  return (
    <div class="notice">
      <p class="lead">{filtered ? text.noneFits : isToday(programme, programme.date) ? text.over : text.nothing}</p>
      {next && !filtered && (
        <p>
          <a href={routes.programme(programme.theater_id, next)}>{fill(text.next, { date: longDay(language.value, next) })}</a>
        </p>
      )}
    </div>
  );
}

export function DaySkeleton() {
  return (
    <div aria-hidden="true">
      <h2 class="programme-day">
        <Skeleton letters={22} />
      </h2>
      <section class="programme-part">
        <h3>
          <Skeleton letters={9} />
        </h3>
        <ol>
          {[16, 9, 22, 12, 18].map((letters) => (
            <li class="entry">
              <a>
                <time class="skeleton">00:00</time>
                <span class="entry-film">
                  <span class="entry-title">
                    <Skeleton letters={letters} />
                  </span>
                  <span class="entry-facts">
                    <Skeleton letters={30} />
                  </span>
                </span>
                <span class="entry-price" />
              </a>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

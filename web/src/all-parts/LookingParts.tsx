/** Films, programmes, posters; signing in. */

import { signal } from "@preact/signals";
import { Hero, HeroSkeleton, ShowingsSkeleton } from "../film/FilmView";
import "../film/film.css";
import { skeletons } from "../films/FilmsView";
import "../films/films.css";
import { Figure, Poster } from "../poster/Poster";
import { DayStrip, DayStripSkeleton, DaySkeleton, EntryLine } from "../programme/ProgrammeView";
import "../programme/programme.css";
import { printed } from "../programme/printed";
import { Forms, type Step } from "../sign-in/Forms";
import { Demo } from "../sign-in/SignInView";
import "../sign-in/sign-in.css";
import { texts } from "../texts";
import { CONFIG, FILM, PROGRAMME } from "./examples";
import { Part, State } from "./Part";

const TITLES = [
  "M", "8½", "Ran", "Yi Yi", "Vertigo", "Metropolis", "Rear Window", "City of God", "La Dolce Vita", "Amélie", "Paris, Texas",
  "The Good, the Bad and the Ugly", "Raiders of the Lost Ark", "In the Mood for Love",
  "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
];
const STEPS: Step[] = ["sign in", "sign up", "confirm", "forgot", "reset"];

export function LookingParts() {
  return (
    <>
      <Part name="Posters">
        <ul class="poster-row">
          {TITLES.map((title) => (
            <li>
              <Poster title={title} year={1961} director="A Director" picture={null} />
            </li>
          ))}
        </ul>
        <ul class="poster-row">
          {TITLES.map((title) => (
            <li>
              <Figure title={title} />
            </li>
          ))}
        </ul>
      </Part>
      <Part name="Films">
        <State name="a film">
          <Hero film={FILM} />
        </State>
        <State name="a film on its way">
          <HeroSkeleton />
          <ShowingsSkeleton />
        </State>
        <State name="films on their way">
          <ul class="wall">{skeletons().slice(0, 6)}</ul>
        </State>
      </Part>
      <Part name="Programme">
        <State name="open, closed, called off">
          <DayStrip programme={PROGRAMME} query="" />
          <ol>
            {printed(PROGRAMME).flatMap(({ entries }) =>
              entries.map((entry) => <EntryLine key={entry.showing.event_id} entry={entry} programme={PROGRAMME} />),
            )}
          </ol>
        </State>
        <State name="on its way">
          <DayStripSkeleton />
          <DaySkeleton />
        </State>
      </Part>
      <Part name="Signing in">
        <Demo config={CONFIG} accounts={CONFIG.demo_accounts ?? []} done={() => undefined} />
        <div class="states">
          {STEPS.map((step) => (
            <State name={step}>
              <Forms config={CONFIG} done={() => undefined} step={signal(step)} />
            </State>
          ))}
        </div>
        <ul>
          {Object.entries(texts.value.signIn.refused).map(([code, words]) => (
            <li>
              <span class="fine soft">{code}</span> <span class="sign-in-problem">{words}</span>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

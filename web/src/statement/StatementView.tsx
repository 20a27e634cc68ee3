/** How far the page can be used by everybody, what is known not to work, and how to reach the cinema. */

import * as answers from "../api/answers";
import type { Theater } from "../api/shapes";
import { inMinutes } from "../format/time";
import { Page } from "../layout/Page";
import { language } from "../texts";
import { fill } from "../texts/fill";
import { words as en, type Words } from "./words.en";
import { words as es } from "./words.es";
import "./statement.css";

const WORDS: Record<string, Words> = { en, es };

export function StatementView() {
  const words = WORDS[language.value] ?? en;
  const config = answers.useAnswer(answers.config()).value;
  const minutes = { hold: inMinutes(config?.hold_seconds), longest: inMinutes(config?.hold_seconds_max) };
  const told = (points: string[]) => points.map((point) => fill(point, minutes));
  return (
    <Page title={words.title}>
      <div class="statement">
        <h1 class="head">{words.title}</h1>
        <p class="lead">{words.lead}</p>
        <Points title={words.worksTitle} points={told(words.works)} />
        <Points title={words.limitsTitle} points={told(words.limits)} />
        <h2>{words.checkedTitle}</h2>
        <p>{words.checked}</p>
        <h2>{words.contactTitle}</h2>
        <Contact words={words} />
      </div>
    </Page>
  );
}

function Points({ title, points }: { title: string; points: string[] }) {
  return (
    <>
      <h2>{title}</h2>
      <ul class="points">
        {points.map((point) => (
          <li>{point}</li>
        ))}
      </ul>
    </>
  );
}

/** The mail address that the deployment names, and the desks of the plan's theaters. */
function Contact({ words }: { words: Words }) {
  const address = answers.useAnswer(answers.config()).value?.contact_email;
  const theaters = answers.useAnswer(answers.theaters()).value?.theaters ?? [];
  return (
    <>
      {address && (
        <>
          <p>{words.contact}</p>
          <p>
            <a class="address" href={`mailto:${address}`}>
              {address}
            </a>
          </p>
        </>
      )}
      <p>{address ? words.desks : words.onlyDesks}</p>
      <Desks theaters={theaters} />
    </>
  );
}

function Desks({ theaters }: { theaters: Theater[] }) {
  return (
    <ul class="points">
      {theaters.map((theater) => (
        <li key={theater.theater_id}>
          <b>{theater.name}</b>, {theater.address}
        </li>
      ))}
    </ul>
  );
}

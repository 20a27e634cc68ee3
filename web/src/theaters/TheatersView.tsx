import * as answers from "../api/answers";
import { Page } from "../layout/Page";
import { TroublePage } from "../layout/Trouble";
import { Skeleton } from "../parts/Skeleton";
import { routes } from "../routes";
import { texts } from "../texts";
import "./theaters.css";

const SKELETONS = 6;

export function TheatersView() {
  const asked = answers.theaters();
  const { value, problem } = answers.useAnswer(asked);
  const { theaters: text } = texts.value;
  if (problem && !value) return <TroublePage problem={problem} again={() => void asked.ask()} />;
  return (
    <Page title={text.title} busy={!value}>
      <h1 class="head">
        {text.title}
      </h1>
      <ul class="theaters" key={value ? "theaters" : "skeletons"}>
        {value
          ? value.theaters.map((theater) => (
              <li>
                <h2>
                  <a href={routes.programme(theater.theater_id)}>{theater.name}</a>
                </h2>
                <p>{theater.address}</p>
                <p class="soft">{theater.info}</p>
              </li>
            ))
          : Array.from({ length: SKELETONS }, () => (
              <li aria-hidden="true">
                <h2>
                  <Skeleton letters={14} />
                </h2>
                <p>
                  <Skeleton letters={28} />
                </p>
                <p>
                  <Skeleton letters={36} />
                </p>
              </li>
            ))}
      </ul>
    </Page>
  );
}

/** Signing in, and what leads there: an account, its confirmation, a password that was forgotten. */

import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import * as answers from "../api/answers";
import * as session from "../api/session";
import type { Config } from "../api/shapes";
import { Page } from "../layout/Page";
import { TroublePage } from "../layout/Trouble";
import { routes } from "../routes";
import { texts } from "../texts";
import { Forms } from "./Forms";
import { localPath } from "./local-path";
import "./sign-in.css";

const DEMO_ACCOUNTS_SHOWN = 6;

export function SignInView() {
  const asked = answers.config();
  const { value: config, problem } = answers.useAnswer(asked);
  const { query, route } = useLocation();
  const reason = useSignal(query.for === "seats");
  const { signIn: text } = texts.value;
  const done = (next: session.Session) => {
    session.begin(next);
    route(localPath(query.to), true);
  };
  if (problem && !config) return <TroublePage problem={problem} again={() => void asked.ask()} />;
  return (
    <Page title={text.title} busy={!config}>
      <div class="sign-in">
        <h1 class="head">{text.title}</h1>
        {reason.value && <p class="lead">{text.forSeats}</p>}
        {config && (config.demo_accounts ? <Demo config={config} done={done} /> : <Forms config={config} done={done} />)}
        <p class="fine soft">
          <a href={routes.films}>{texts.value.film.allFilms}</a>
        </p>
      </div>
    </Page>
  );
}

function Demo({ config, done }: { config: Config; done: (next: session.Session) => void }) {
  const { signIn: text } = texts.value;
  const customers = (config.demo_accounts ?? []).filter((account) => account.group === "customer");
  return (
    <section class="demo">
      <p>{text.demo}</p>
      <ul>
        {customers.slice(0, DEMO_ACCOUNTS_SHOWN).map(({ name, token }) => (
          <li>
            <button type="button" class="button quiet" onClick={() => done({ name, token, refreshToken: null })}>
              {name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

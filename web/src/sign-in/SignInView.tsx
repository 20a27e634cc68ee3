/** Signing in, and what leads there: an account, its confirmation, a password that was forgotten. */

import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import * as answers from "../api/answers";
import * as session from "../api/session";
import type { Config } from "../api/shapes";
import { Page } from "../layout/Page";
import { TroublePage } from "../layout/Trouble";
import { goBackTo } from "../layout/way-back";
import { routes } from "../routes";
import { texts } from "../texts";
import { fill } from "../texts/fill";
import { Cognito } from "./cognito";
import { Forms, type Step } from "./Forms";
import { localPath } from "./local-path";
import "./sign-in.css";

const DEMO_ACCOUNTS_SHOWN = 6;

export function SignInView() {
  const asked = answers.config();
  const { value: config, problem } = answers.useAnswer(asked);
  const { query, route } = useLocation();
  const step = useSignal<Step>("sign in");
  const reason = useSignal(query.for === "seats");
  const { signIn: text } = texts.value;
  const who = session.session.value;
  const wasSignedIn = useSignal(session.session.peek() !== null);
  const done = (next: session.Session) => {
    wasSignedIn.value = false;
    session.begin(next);
    const to = localPath(query.to);
    if (!goBackTo(to)) route(to, true);
  };
  if (who && wasSignedIn.value) return <SignedIn who={who} />;
  if (problem && !config) return <TroublePage problem={problem} again={() => void asked.ask()} />;
  const heading = text.headings[step.value];
  return (
    <Page title={heading} busy={!config}>
      <div class="sign-in">
        <h1 class="head">{heading}</h1>
        {reason.value && <p class="lead">{text.forSeats}</p>}
        {config?.demo_accounts && <Demo config={config} accounts={config.demo_accounts} done={done} />}
        {config && <Forms config={config} done={done} step={step} />}
        {config && (
          <p class="fine soft">
            <a href={routes.films}>{texts.value.film.allFilms}</a>
          </p>
        )}
      </div>
    </Page>
  );
}

/** Who opens the sign-in while signed in has nothing to fill in. */
function SignedIn({ who }: { who: session.Session }) {
  const { signIn: text } = texts.value;
  return (
    <Page title={text.title}>
      <div class="sign-in">
        <h1 class="head">{fill(text.as, { name: who.name })}</h1>
        <p>
          <button type="button" class="button" onClick={session.end}>
            {text.out}
          </button>
        </p>
        <p class="fine soft">
          <a href={routes.films}>{texts.value.film.allFilms}</a>
        </p>
      </div>
    </Page>
  );
}

interface DemoProps {
  config: Config;
  accounts: NonNullable<Config["demo_accounts"]>;
  done: (next: session.Session) => void;
}

/** One tap signs a demo's customer in, by the code that signs everybody in. */
export function Demo({ config, accounts, done }: DemoProps) {
  const { signIn: text } = texts.value;
  const busy = useSignal(false);
  const failed = useSignal(false);
  const customers = accounts.filter((account) => account.group === "customer");
  const signIn = async (email: string, password: string) => {
    busy.value = true;
    failed.value = false;
    try {
      done(await new Cognito(config).signIn(email, password));
    } catch {
      failed.value = true;
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="demo">
      <p>{text.demo}</p>
      <ul>
        {customers.slice(0, DEMO_ACCOUNTS_SHOWN).map(({ name, email, password }) => (
          <li>
            <button type="button" class="button quiet" disabled={busy.value} onClick={() => void signIn(email, password)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
      <p role="alert">{failed.value ? text.refused.other : ""}</p>
    </section>
  );
}

/** The forms of the user pool: one at a time, with what was typed kept between them. */

import { useSignal } from "@preact/signals";
import type { Config } from "../api/shapes";
import type { Session } from "../api/session";
import { texts } from "../texts";
import { Cognito, Refused } from "./cognito";

export type Step = "sign in" | "sign up" | "confirm" | "forgot" | "reset";

interface Props {
  config: Config;
  done: (next: Session) => void;
  first?: Step;
}

export function Forms({ config, done, first = "sign in" }: Props) {
  const { signIn: text } = texts.value;
  const cognito = new Cognito(config);
  const step = useSignal<Step>(first);
  const email = useSignal("");
  const password = useSignal("");
  const code = useSignal("");
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);

  const acts: Record<Step, () => Promise<unknown>> = {
    "sign in": async () => done(await cognito.signIn(email.value, password.value)),
    "sign up": async () => {
      await cognito.signUp(email.value, password.value);
      step.value = "confirm";
    },
    confirm: async () => {
      await cognito.confirm(email.value, code.value.trim());
      done(await cognito.signIn(email.value, password.value));
    },
    forgot: async () => {
      await cognito.forgot(email.value);
      step.value = "reset";
    },
    reset: async () => {
      await cognito.reset(email.value, code.value.trim(), password.value);
      done(await cognito.signIn(email.value, password.value));
    },
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    problem.value = null;
    try {
      await acts[step.value]();
    } catch (error) {
      const refused = error instanceof Refused ? error.code : "unreachable";
      if (refused === "UserNotConfirmedException") {
        step.value = "confirm";
        await cognito.sendCodeAgain(email.value).catch(() => undefined);
      }
      problem.value = text.refused[refused] ?? text.refused.other ?? refused;
    } finally {
      busy.value = false;
    }
  };
  const to = (next: Step) => () => {
    step.value = next;
    problem.value = null;
  };
  const asksPassword = step.value !== "forgot" && step.value !== "confirm";
  const asksCode = step.value === "confirm" || step.value === "reset";
  return (
    <form class="sign-in-form" onSubmit={submit}>
      {asksCode && <p>{text.codeSent}</p>}
      <label class="field">
        {text.email}
        <input type="email" required autocomplete="username" value={email} onInput={(event) => (email.value = event.currentTarget.value)} />
      </label>
      {asksCode && (
        <label class="field">
          {text.code}
          <input inputMode="numeric" required autocomplete="one-time-code" value={code} onInput={(event) => (code.value = event.currentTarget.value)} />
        </label>
      )}
      {asksPassword && (
        <label class="field">
          {step.value === "reset" ? text.newPassword : text.password}
          <input
            type="password"
            required
            minLength={step.value === "sign in" ? undefined : 12}
            autocomplete={step.value === "sign in" ? "current-password" : "new-password"}
            value={password}
            onInput={(event) => (password.value = event.currentTarget.value)}
          />
        </label>
      )}
      {asksPassword && step.value !== "sign in" && <p class="fine soft">{text.passwordRule}</p>}
      <p class="sign-in-problem" role="alert">
        {problem.value}
      </p>
      <button type="submit" class="button" disabled={busy.value}>
        {text.steps[step.value]}
      </button>
      <p class="sign-in-others">
        {step.value !== "sign in" && <Link words={text.title} to={to("sign in")} />}
        {step.value === "sign in" && <Link words={text.steps["sign up"]} to={to("sign up")} />}
        {step.value === "sign in" && <Link words={text.forgotten} to={to("forgot")} />}
      </p>
    </form>
  );
}

function Link({ words, to }: { words: string; to: () => void }) {
  return (
    <button type="button" class="as-link" onClick={to}>
      {words}
    </button>
  );
}

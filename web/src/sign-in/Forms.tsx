/** The forms of the user pool: one at a time, with what was typed kept between them. */

import { useSignal, type Signal } from "@preact/signals";
import type { Config } from "../api/shapes";
import type { Session } from "../api/session";
import { texts } from "../texts";
import { Cognito, Refused } from "./cognito";

export type Step = "sign in" | "sign up" | "confirm" | "forgot" | "reset";

interface Props {
  config: Config;
  done: (next: Session) => void;
  step: Signal<Step>;
}

export function Forms({ config, done, step }: Props) {
  const { signIn: text } = texts.value;
  const cognito = new Cognito(config);
  const email = useSignal("");
  const password = useSignal("");
  const code = useSignal("");
  const problem = useSignal<string | null>(null);
  const sentAgain = useSignal(false);
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
  const attempt = async (act: () => Promise<unknown>) => {
    busy.value = true;
    problem.value = null;
    sentAgain.value = false;
    try {
      await act();
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
  const submit = (event: Event) => {
    event.preventDefault();
    void attempt(acts[step.value]);
  };
  const sendAgain = () =>
    attempt(async () => {
      await (step.value === "confirm" ? cognito.sendCodeAgain(email.value) : cognito.forgot(email.value));
      code.value = "";
      sentAgain.value = true;
    });
  const to = (next: Step) => () => {
    step.value = next;
    password.value = code.value = ""; // a password that was refused is no new one
    problem.value = null;
    sentAgain.value = false;
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
      {asksCode && <p role="status">{sentAgain.value && text.codeSentAgain}</p>}
      <button type="submit" class="button" disabled={busy.value}>
        {text.steps[step.value]}
      </button>
      <p class="sign-in-others">
        {asksCode && <Link words={text.codeAgain} to={() => void (busy.value || sendAgain())} />}
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

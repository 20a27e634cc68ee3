/** Paying for what is held: with the saved card, with the provider's fields, or for nothing. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import * as answers from "../api/answers";
import * as client from "../api/client";
import type { Booking, Config, PaymentInfo, SavedMethod } from "../api/shapes";
import { money } from "../format/money";
import { payPressed } from "../paying/bank";
import { CardForm } from "../paying/card-form";
import { inThisTab, Payment, type PaymentState } from "../paying/payment";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";

interface Props {
  booking: Booking;
  look: () => Promise<void>;
  /** The box office has taken a payment. */
  accepted: () => void;
  /** Instead of a payment that waits for its customer: by the fields, for a saved card may be the one that it waits with. */
  isInstead?: boolean;
}

export function Pay(props: Props) {
  const { value: config } = answers.useAnswer(answers.config());
  const account = useMemo(() => new answers.Kept(client.me), []);
  const { value: me, problem } = answers.useAnswer(account);
  if (props.booking.price === 0) return <Free {...props} />;
  if (!config || !(me || problem)) return <FieldsOnTheirWay />;
  return <ByCard {...props} config={config} saved={me?.saved_methods[0] ?? null} forgotten={() => void account.ask()} />;
}

export function FieldsOnTheirWay() {
  return (
    <div class="pay" aria-hidden="true">
      <span class="skeleton card-fields-skeleton" />
    </div>
  );
}

/** One payment at a time, which goes on where a reload had left it. */
function usePayment({ booking, look, accepted }: Props) {
  const payment = useMemo(() => new Payment(inThisTab), []);
  const isAsking = useSignal(false);
  const during = async (act: () => Promise<unknown>) => {
    isAsking.value = true;
    try {
      await act();
      await look();
    } finally {
      isAsking.value = false;
    }
  };
  useEffect(() => {
    if (inThisTab.of(booking)) {
      payPressed(booking);
      void during(() => payment.resume(booking));
    }
    return () => payment.stop();
  }, [booking.order_id]);
  const submit = (info: PaymentInfo | null) => {
    payPressed(booking);
    return payment.submit(booking, info, crypto.randomUUID()).then((isAccepted) => isAccepted && accepted());
  };
  const isUnderWay = isAsking.value || payment.state.value.is.startsWith("sending");
  return { state: payment.state.value, isUnderWay, during, submit };
}

export function Free(props: Props) {
  const { pay: text } = texts.value;
  const { state, isUnderWay, during, submit } = usePayment(props);
  return (
    <div class="pay">
      <button type="button" class="button" disabled={isUnderWay} onClick={() => void during(() => submit(null))}>
        {isUnderWay ? text.asking : text.free}
      </button>
      <Said state={state} />
    </div>
  );
}

interface ByCardProps extends Props {
  config: Config;
  saved: SavedMethod | null;
  forgotten: () => void;
}

export function ByCard({ booking, look, accepted, isInstead = false, config, saved, forgotten }: ByCardProps) {
  const { pay: text } = texts.value;
  const form = useMemo(() => new CardForm(config, language.peek()), [config]);
  const { state, isUnderWay, during, submit } = usePayment({ booking, look, accepted });
  const usesSaved = useSignal(saved !== null);
  const saves = useSignal(false);
  const failed = useSignal(false);
  const withSaved = saved !== null && usesSaved.value && !isInstead;
  useEffect(() => {
    if (isInstead) usesSaved.value = false; // the fields stay, with what is typed, whatever becomes of the payment
  }, [isInstead]);

  const pay = async () => {
    failed.value = false;
    if (withSaved) return submit({ type: "saved" });
    const token = await form.token(saves.value, location.href);
    if (token === "incomplete") return;
    if (token === "unreachable") return void (failed.value = true);
    return submit({ type: "card", confirmation_token: token.id, save: saves.value });
  };
  const forget = async () => {
    await client.forgetCard().catch(() => undefined);
    forgotten();
  };
  const takesCards = config.stripe_script !== null;
  const isReady = withSaved || form.state.value === "ready";
  // How high the provider's fields are is known when they are there: until then nothing stands below them that would move.
  const isOnItsWay = !withSaved && takesCards && form.state.value === "loading";
  return (
    <div class="pay">
      {saved && !isInstead && (
        <fieldset class="ways" disabled={isUnderWay}>
          <legend class="fine soft">{text.card}</legend>
          <Way chosen={withSaved} choose={() => (usesSaved.value = true)}>
            {saved.last4 ? fill(text.saved, { brand: brandOf(saved), last4: saved.last4 }) : text.savedCard}
          </Way>
          <Way chosen={!withSaved} choose={() => (usesSaved.value = false)}>
            {text.another}
          </Way>
        </fieldset>
      )}
      {withSaved ? (
        <button type="button" class="as-link fine" disabled={isUnderWay} onClick={() => void forget()}>
          {text.forget}
        </button>
      ) : (
        <>
          <Fields form={form} booking={booking} takesCards={takesCards} />
          {!isOnItsWay && (
            <label class="tick">
              <input type="checkbox" checked={saves.value} disabled={isUnderWay} onChange={({ currentTarget }) => (saves.value = currentTarget.checked)} />
              {text.save}
            </label>
          )}
        </>
      )}
      {!isOnItsWay && (
        <button type="button" class="button pay-button" disabled={isUnderWay || !isReady} onClick={() => void during(pay)}>
          {isUnderWay ? text.asking : fill(text.pay, { price: money(language.value, booking.currency, booking.price) })}
        </button>
      )}
      <Said state={state} else={failed.value ? text.tokenFailed : undefined} />
    </div>
  );
}

function Way({ chosen, choose, children }: { chosen: boolean; choose: () => void; children: ComponentChildren }) {
  return (
    <label class="tick">
      <input type="radio" name="way" checked={chosen} onChange={choose} />
      {children}
    </label>
  );
}

/** The provider's fields, in the space that they will have. */
export function Fields({ form, booking, takesCards }: { form: Pick<CardForm, "state" | "mount" | "unmount" | "costs">; booking: Booking; takesCards: boolean }) {
  const { pay: text } = texts.value;
  const place = useRef<HTMLDivElement>(null);
  const price = { amount: booking.price, currency: booking.currency };
  const mount = () => {
    if (place.current && takesCards) void form.mount(place.current, price);
  };
  useEffect(() => {
    mount();
    return () => form.unmount();
  }, [form]);
  useEffect(() => form.costs(price), [form, booking.price, booking.currency]);
  useEffect(() => {
    const again = () => form.state.peek() === "failed" && mount();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [form]);
  if (!takesCards) return <p role="status">{text.noCards}</p>;
  const state = form.state.value;
  return (
    <>
      <div class="card-fields" ref={place} data-state={state} />
      <p class="unseen" role="status">
        {state === "loading" ? text.loading : ""}
      </p>
      {state === "failed" && (
        <div class="notice" role="alert">
          <p>{text.formFailed}</p>
          <button type="button" class="button quiet" onClick={mount}>
            {text.formAgain}
          </button>
        </div>
      )}
    </>
  );
}

/** What the box office said to the payment, if anything but yes. */
export function Said({ state, else: otherwise }: { state: PaymentState; else?: string | undefined }) {
  const { pay: text } = texts.value;
  const words =
    state.is === "sending again" ? text[state.why] : state.is === "refused" ? (text.refused[state.code] ?? text.refused.other) : otherwise;
  return (
    <p class="pay-said" role="status">
      {words ?? ""}
    </p>
  );
}

const brandOf = ({ brand }: SavedMethod) => (brand ? brand[0]?.toUpperCase() + brand.slice(1) : "");

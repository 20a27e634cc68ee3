/** Whether seats can be had, in words that are not each other's. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { clock, countdown } from "../format/time";
import type { Held } from "../holding/hold";
import type { Seen } from "../holding/polling";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import type { Truth } from "./truths";
import { youHave } from "./words";

interface Props {
  truth: Truth | undefined;
  seen: Pick<Seen, "at" | "map" | "problem" | "stale">;
  zone: string;
  /** Where no other seat is free: what the visitor has, and where it is paid. */
  last?: { own: Held; booking: string } | null;
}

export function Truths({ truth, seen, zone, last = null }: Props) {
  const { room: text } = texts.value;
  const old = seen.map && (seen.problem || seen.stale);
  return (
    <div class="truth" role="status">
      {last ? <Yours {...last} /> : truth ? <Words truth={truth} at={seen.at} /> : <p class="truth-left"> </p>}
      {old && seen.map && <p class="stale">{fill(text.stale, { time: clock(language.value, zone, seen.map.as_of) })}</p>}
    </div>
  );
}

function Words({ truth, at }: { truth: Truth; at: number }) {
  const { truths: text } = texts.value;
  switch (truth.is) {
    case "open":
      return <p class="truth-left">{counted(language.value, text.left, truth.left)}</p>;
    case "called off":
      return <Said head={text.calledOff} words={text.calledOffLong} />;
    case "closed":
      return <Said head={text.closed} words={text.closedLong} />;
    case "sold out":
      return <Said head={text.soldOut} words={text.soldOutLong} />;
    case "all being paid":
      return <Said head={text.allPaying} words={text.allPayingLong} />;
    case "all held":
      return <AllHeld seconds={truth.seconds} at={at} />;
  }
}

/** All other seats are held or sold, and these are the visitor's own. */
function Yours({ own, booking }: { own: Held; booking: string }) {
  const { truths: text } = texts.value;
  return (
    <>
      <h2>{text.yours}</h2>
      <p>
        {youHave(own)} {text.yoursLong}
      </p>
      <p class="truth-way">
        <a class="button" href={booking}>
          {own.isPaying ? texts.value.hold.toBooking : text.yoursPay}
        </a>
      </p>
    </>
  );
}

function Said({ head, words }: { head: string; words: string }) {
  return (
    <>
      <h2>{head}</h2>
      <p>{words}</p>
    </>
  );
}

/** Counts down by the browser's monotonic clock from what the server said at `at`. */
function AllHeld({ seconds, at }: { seconds: number; at: number }) {
  const { truths: text } = texts.value;
  const now = useSignal(performance.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const [before, after] = text.allHeldLong.split("{time}");
  return (
    <>
      <h2>{text.allHeld}</h2>
      <p>
        {before}
        <span role="timer">{countdown(seconds - Math.max(0, now.value - at) / 1000)}</span>
        {after}
      </p>
    </>
  );
}

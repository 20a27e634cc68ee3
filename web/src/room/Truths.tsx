/** Whether seats can be had, in words that are not each other's. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { clock, countdown } from "../format/time";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import type { Seen } from "./polling";
import type { Truth } from "./truths";

export function Truths({ truth, seen, zone }: { truth: Truth | undefined; seen: Pick<Seen, "at" | "map" | "problem" | "stale">; zone: string }) {
  const { room: text } = texts.value;
  const old = seen.map && (seen.problem || seen.stale);
  return (
    <div class="truth" role="status">
      {truth ? <Words truth={truth} at={seen.at} /> : <p class="truth-left"> </p>}
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

import { clock } from "../format/time";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";

/** As of when an answer is that the box office gave from its memory. */
export function Stale({ asOf, zone }: { asOf: string; zone: string }) {
  return <p class="stale">{fill(texts.value.trouble.stale, { time: clock(language.value, zone, asOf) })}</p>;
}

import { clock, localDay, longDay } from "../format/time";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";

/** As of when tickets are that this device shows without an answer of the box office. `zone`: the theater's. */
export function FromThisDevice({ at, zone }: { at: number; zone: string | null }) {
  const moment = new Date(at).toISOString();
  const time = `${longDay(language.value, localDay(zone ?? "UTC", moment))}, ${clock(language.value, zone ?? "UTC", moment)}`;
  return (
    <p class="stale" role="status">
      {fill(texts.value.trouble.fromThisDevice, { time })}
    </p>
  );
}

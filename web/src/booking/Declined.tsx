import type { Booking } from "../api/shapes";
import { declineWords } from "../paying/declines";
import { texts } from "../texts";

/** Why the payment did not go through, in our words, above another attempt. */
export function Declined({ decline }: { decline: NonNullable<Booking["decline"]> }) {
  const { pay: text } = texts.value;
  return (
    <div class="declined" role="alert">
      <h3>{text.declined}</h3>
      <p>
        <b>{text.declines[declineWords(decline)]}</b> {text.declinedThen}
      </p>
    </div>
  );
}

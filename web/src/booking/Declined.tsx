import type { Booking } from "../api/shapes";
import { declineWords } from "../paying/declines";
import { texts } from "../texts";

/** Why the payment did not go through, in our words; `isHeld`: above another attempt. */
export function Declined({ decline, isHeld }: { decline: NonNullable<Booking["decline"]>; isHeld: boolean }) {
  const { pay: text } = texts.value;
  return (
    <div class="declined" role="alert">
      <h3>{text.declined}</h3>
      <p>
        <b>{text.declines[declineWords(decline)]}</b> {isHeld ? text.declinedThen : text.declinedOver}
      </p>
    </div>
  );
}

/** Text that is on its way, as long as it will be. */

export function Skeleton({ letters }: { letters: number }) {
  return (
    <span class="skeleton" aria-hidden="true">
      {"m".repeat(Math.ceil(letters * 0.55))}
    </span>
  );
}

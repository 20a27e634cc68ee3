import type { ComponentChildren } from "preact";

/** `name` is also its address on the page: /parts#declines. */
export function Part({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <section class="part" id={name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}>
      <h2>{name}</h2>
      {children}
    </section>
  );
}

/** One state of a part, under the words for it. */
export function State({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="state">
      <p class="state-name fine soft">{name}</p>
      {children}
    </div>
  );
}

/** A view's frame: the main part, the footer, and the title of the browser's tab. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { arrive } from "./arrival";
import { Footer } from "./Footer";

interface Props {
  title: string | undefined;
  full?: boolean;
  busy?: boolean;
  children: ComponentChildren;
}

export function Page({ title, full = false, busy = false, children }: Props) {
  const main = useRef<HTMLElement>(null);
  // With the view, not a frame after it: the focus would be taken from where its visitor has put it meanwhile.
  useLayoutEffect(() => {
    if (main.current) arrive(main.current);
  }, []);
  useLayoutEffect(() => {
    document.title = title ? `${title} · Box Office` : "Box Office";
  }, [title]);
  return (
    <>
      <main id="main" ref={main} tabIndex={-1} class={full ? "full" : undefined} aria-label={title} aria-busy={busy}>
        {children}
      </main>
      <Footer />
    </>
  );
}

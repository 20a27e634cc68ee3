/** What happens when another view opens: its main part, which bears its title, takes the focus. The router scrolls. */

let first = true;

export function arrive(main: HTMLElement): void {
  if (!first) main.focus({ preventScroll: true });
  first = false;
}

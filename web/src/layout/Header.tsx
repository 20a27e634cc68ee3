import { useLocation } from "preact-iso";
import * as session from "../api/session";
import { routes } from "../routes";
import { texts } from "../texts";

function Account() {
  const { nav } = texts.value;
  const who = session.session.value;
  return who ? (
    <a class="far" href={routes.bookings}>
      {nav.bookings}
    </a>
  ) : (
    <a class="far" href={routes.signIn()}>
      {nav.signIn}
    </a>
  );
}

export function Header() {
  const { path } = useLocation();
  const { nav } = texts.value;
  const here = (is: boolean) => (is ? { "aria-current": "page" as const } : {});
  return (
    <header class="header">
      <a class="wordmark" href={routes.films}>
        Box <b>Office</b>
      </a>
      <nav aria-label={nav.main}>
        <ul>
          <li>
            <a href={routes.films} {...here(path === "/" || path.startsWith("/film"))}>
              {nav.films}
            </a>
          </li>
          <li>
            <a href={routes.programme()} {...here(path.startsWith("/programme"))}>
              {nav.programme}
            </a>
          </li>
          <li>
            <a href={routes.theaters} {...here(path.startsWith("/theaters"))}>
              {nav.theaters}
            </a>
          </li>
        </ul>
      </nav>
      <Account />
    </header>
  );
}

import { useLocation } from "preact-iso";
import { routes } from "../routes";
import { texts } from "../texts";

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
    </header>
  );
}

import { routes } from "../routes";
import { choose, language, languages, texts } from "../texts";

export function Footer() {
  const { footer } = texts.value;
  return (
    <footer class="footer">
      <p>{footer.note}</p>
      <a href={routes.accessibility}>{footer.accessibility}</a>
      <div class="languages" role="group" aria-label={footer.languages}>
        {languages.map(({ code, name }) => (
          <button type="button" lang={code} aria-pressed={language.value === code} onClick={() => void choose(code)}>
            {name}
          </button>
        ))}
      </div>
    </footer>
  );
}

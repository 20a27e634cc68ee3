import { texts } from "../texts";

export function SkipLink() {
  const toMain = (event: Event) => {
    event.preventDefault();
    document.querySelector("main")?.focus();
  };
  return (
    <a class="skip" href="#main" onClick={toMain}>
      {texts.value.skip}
    </a>
  );
}

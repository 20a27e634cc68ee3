import { render } from "preact";
import { keepForTheSignedIn } from "./api/kept-tickets";
import { followOtherTabs } from "./api/session";
import { App } from "./app";
import { loadViewsWhenIdle, prefetchOnIntent, reloadAfterADeployment } from "./intent";
import { backFromBank } from "./paying/bank";
import { speak, startingLanguage } from "./texts";
import { registerWorker } from "./worker/register";

const FACE_MS = 500;

const booking = backFromBank(location.search);
if (booking !== null) history.replaceState(null, "", booking);
await Promise.all([speak(startingLanguage()), displayFace()]);
reloadAfterADeployment();
followOtherTabs();
keepForTheSignedIn();
prefetchOnIntent();
render(<App />, document.getElementById("page") as HTMLElement);
loadViewsWhenIdle();
registerWorker();

/** The display face is on its way before this script is (index.html): waited for, a little, so that no title moves. */
function displayFace(): Promise<unknown> {
  const patience = new Promise((give) => setTimeout(give, FACE_MS));
  return Promise.race([document.fonts.load("700 1em Bricolage"), patience]);
}

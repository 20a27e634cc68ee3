/** Which view an address shows. Films come with the page; the other views are loaded when they are needed. */

import { LocationProvider, Route, Router } from "preact-iso";
import { FilmsView } from "./films/FilmsView";
import { Header } from "./layout/Header";
import { Missing } from "./layout/Missing";
import { SkipLink } from "./layout/SkipLink";
import { AllPartsView, BookingView, BookingsView, FilmView, ProgrammeView, ShowingView, SignInView, StatementView, TheatersView } from "./views";

export function App() {
  return (
    <LocationProvider>
      <SkipLink />
      <Header />
      <Router>
        <Route path="/" component={FilmsView} />
        <Route path="/films" component={FilmsView} />
        <Route path="/film/:movieId" component={FilmView} />
        <Route path="/programme" component={ProgrammeView} />
        <Route path="/programme/:theaterId" component={ProgrammeView} />
        <Route path="/programme/:theaterId/:date" component={ProgrammeView} />
        <Route path="/theaters" component={TheatersView} />
        <Route path="/showing/:eventId" component={ShowingView} />
        <Route path="/sign-in" component={SignInView} />
        <Route path="/booking/:eventId" component={BookingView} />
        <Route path="/booking/:eventId/:orderId" component={BookingView} />
        <Route path="/bookings" component={BookingsView} />
        <Route path="/accessibility" component={StatementView} />
        <Route path="/parts" component={AllPartsView} />
        <Route default component={Missing} />
      </Router>
    </LocationProvider>
  );
}

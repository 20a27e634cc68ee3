/** The accessibility statement, in English. It comes with its page: the first page does not wait for it. */

export const words = {
  title: "Accessibility",
  lead: "This page is made for all who go to the cinema. It follows the Web Content Accessibility Guidelines 2.2 at level AA, with the exceptions below.",
  worksTitle: "What works",
  works: [
    "Everything, from a film to its tickets, can be done with a keyboard alone or with a touch screen, and every part has a name for screen readers.",
    "Seats can be chosen from a list or in the map of the room. Both do the same.",
    "Text can be twice as large, and a window as narrow as a small phone, and nothing is cut off.",
    "Colour is never the only sign: each state of a seat has a shape of its own. There is a light and a dark page, and the colours of your device are used where you have set them.",
    "Nothing moves where your device asks for less motion.",
    "Seats are held for {hold} minutes. Two minutes before the end you are asked whether you need more time, up to {longest} minutes.",
    "The programme can be filtered by audio description, captions and relaxed showings, where the cinema says so.",
  ],
  limitsTitle: "What does not work yet",
  limits: [
    "The fields for your card, and your bank's own page, belong to the payment provider and to your bank. We cannot change them.",
    "{longest} minutes are the longest that seats can be held, because others are waiting for them.",
    "The code of a ticket is a picture. Its row, seat and showing are beside it in words, and the desk of the cinema finds your booking by its number.",
    "Titles of films are not marked with their language, so that a screen reader may say some of them wrongly.",
    "The description of the programming interface, for developers, is the work of others and was not checked.",
  ],
  checkedTitle: "How this was checked",
  checked:
    "Each page is checked by a program, axe, in light and dark, whenever the page is changed, and so are a purchase by keyboard alone and text at twice its size. The page has not yet been tried by people who use a screen reader every day, nor examined by an independent body.",
  contactTitle: "When something does not work for you",
  contact: "Tell us on which page it was, and with which device:",
  desks: "You can also ask at the desk of each cinema:",
  onlyDesks: "Tell the desk of your cinema, which also sells tickets and helps you in person:",
};

export type Words = typeof words;

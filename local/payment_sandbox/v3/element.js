/* The card form: test cards as radio buttons. The page hears only whether one is chosen, and the id of a confirmation
   token, never which card it is. Each card is a token that Stripe publishes for tests; no card number is here. */
const CARDS = {
  pm_card_visa: { en: "Visa: pays", es: "Visa: paga" },
  pm_card_visa_chargeDeclinedInsufficientFunds: {
    en: "Declined: insufficient funds", es: "Rechazada: sin fondos suficientes",
  },
  pm_card_chargeDeclinedExpiredCard: { en: "Declined: the card has expired", es: "Rechazada: tarjeta caducada" },
  pm_card_visa_chargeDeclinedLostCard: { en: "Declined: the card is lost", es: "Rechazada: tarjeta perdida" },
  pm_card_authenticationRequired: { en: "The bank asks each time", es: "El banco pregunta cada vez" },
  pm_card_authenticationRequiredOnSetup: {
    en: "The bank asks until the card is saved", es: "El banco pregunta hasta guardarla",
  },
  pm_card_threeDSecureRequiredChargeDeclined: {
    en: "The bank asks, then declines", es: "El banco pregunta y la rechaza",
  },
  pm_usBankAccount_processing: { en: "Slow bank: stays in processing", es: "Banco lento: queda en proceso" },
};
const TEXTS = {
  en: { legend: "Test card: no money moves", missing: "Choose a test card." },
  es: { legend: "Tarjeta de prueba, sin cargo real", missing: "Elige una tarjeta de prueba." },
};
/* What it takes of https://docs.stripe.com/elements/appearance-api */
const VARIABLES = [
  "colorPrimary", "colorBackground", "colorText", "colorDanger", "borderRadius", "fontFamily", "fontSizeBase",
];

const form = document.querySelector("form");
const error = document.querySelector("#error");
const cards = document.querySelector("#cards");
let texts = TEXTS.en;

const chosen = () => new FormData(form).get("card");

function drawCards() {
  for (const token of Object.keys(CARDS)) {
    const [label, radio, name] = ["label", "input", "span"].map((tag) => document.createElement(tag));
    Object.assign(radio, { type: "radio", name: "card", value: token, required: true });
    label.append(radio, name);
    cards.append(label);
  }
}

function show({ language, theme, variables = {} }) {
  texts = TEXTS[language];
  document.documentElement.lang = language;
  document.querySelector("legend").textContent = texts.legend;
  for (const label of cards.children) label.lastChild.textContent = CARDS[label.firstChild.value][language];
  const { dataset, style } = document.documentElement;
  if (theme) dataset.theme = theme;
  else delete dataset.theme;
  for (const name of VARIABLES) style.setProperty(`--${name}`, variables[name] ?? "");
  if (error.textContent) error.textContent = texts.missing;
}

/* Both answers are Stripe.js's own: of elements.submit and of stripe.createConfirmationToken. */
function submit() {
  if (chosen()) return { selectedPaymentMethod: "card" };
  error.textContent = texts.missing;
  cards.querySelector("input").setAttribute("aria-invalid", "true");
  return { error: { type: "validation_error", code: "incomplete_number", message: texts.missing } };
}

async function createToken(publishableKey, params) {
  const given = Object.entries({ payment_method: chosen(), ...params }).filter(([, value]) => value);
  const headers = { Authorization: `Bearer ${publishableKey}` };
  try {
    const request = { method: "POST", headers, body: new URLSearchParams(given) };
    const answer = await fetch("/v1/confirmation_tokens", request);
    const body = await answer.json();
    return answer.ok ? { confirmationToken: body } : { error: body.error };
  } catch {
    return { error: { type: "api_connection_error", message: "The payment sandbox did not answer." } };
  }
}

function talk(port, publishableKey) {
  const tell = (name, event = {}) => port.postMessage({ what: "event", name, event });
  const asked = {
    options: show,
    focus: () => (cards.querySelector(":checked") ?? cards.querySelector("input")).focus(),
    submit,
    token: ({ params }) => createToken(publishableKey, params),
  };
  port.onmessage = async ({ data }) => {
    const answer = await asked[data.what](data);
    if (data.number) port.postMessage({ what: "answer", number: data.number, answer });
  };
  form.addEventListener("change", () => {
    error.textContent = "";
    cards.querySelector("input").removeAttribute("aria-invalid");
    tell("change", { complete: true, empty: false, collapsed: false, value: { type: "card" } });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("focus", () => tell("focus"));
  addEventListener("blur", () => tell("blur"));
  addEventListener("keydown", ({ key }) => key === "Escape" && tell("escape"));
  const tellHeight = () => port.postMessage({ what: "height", height: document.body.offsetHeight });
  new ResizeObserver(tellHeight).observe(document.body);
  tell("ready"); // not in a frame of animation: browsers give none to what lies below the screen
}

drawCards();
addEventListener("message", ({ source, data, ports: [port] }) => {
  if (source !== window.parent || !port) return;
  show(data);
  talk(port, data.publishableKey);
});

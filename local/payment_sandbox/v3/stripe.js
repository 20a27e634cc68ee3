/* The calls of Stripe.js that Box Office's page uses, for the payment sandbox, in the shapes of
   https://docs.stripe.com/js and of the types of @stripe/stripe-js. What Stripe.js has and this script has not is
   refused with an IntegrationError, never ignored. */
"use strict";
(() => {
  const SANDBOX = new URL(document.currentScript.src).origin;
  const LOAD_MS_MAX = 15_000;
  const POLL_MS = 2_000;
  const FRAME_HEIGHT = "524px"; // of the card form with every text on one line: the page has its place from the start
  const UPDATABLE = ["amount", "currency", "setupFutureUsage", "locale", "appearance"];
  const ONCE_ONLY = ["mode", "paymentMethodCreation", "allowedPaymentMethodTypes", "loader", "fonts"];
  const ELEMENT_EVENTS = ["ready", "change", "focus", "blur", "escape", "loaderror", "loaderstart"];
  const TEXTS = {
    en: { bank: "Your bank's page", close: "Close", card: "Card form of the payment sandbox" },
    es: { bank: "La página de tu banco", close: "Cerrar", card: "Formulario de tarjeta del entorno de pruebas" },
  };
  const NO_ANSWER = { type: "api_connection_error", message: "The payment sandbox did not answer." };

  class IntegrationError extends Error {
    name = "IntegrationError";
  }

  const check = (holds, message) => {
    if (!holds) throw new IntegrationError(message);
  };
  const checkNames = (what, given, names) => {
    const other = Object.keys(given).find((name) => !names.includes(name));
    check(other === undefined, `${what}: the payment sandbox has no parameter ${other}.`);
  };
  const languageOf = (locale = "auto") =>
    (locale === "auto" ? navigator.language : locale).toLowerCase().startsWith("es") ? "es" : "en";

  function Stripe(publishableKey, options = {}) {
    check(/^pk_test_\w+$/.test(publishableKey), "Stripe(): pass a publishable test key (pk_test_...).");
    const language = languageOf(options.locale);
    return {
      elements: (asked) => newElements(publishableKey, { locale: options.locale, ...asked }),
      createConfirmationToken: async ({ elements, params = {} }) => {
        check(elements?.tokenOf, "stripe.createConfirmationToken(): pass the elements.");
        return elements.tokenOf(params);
      },
      retrievePaymentIntent: (clientSecret) => retrieve(publishableKey, clientSecret),
      handleNextAction: ({ clientSecret }) => handleNextAction(publishableKey, clientSecret, language),
      _registerWrapper: () => undefined, // @stripe/stripe-js says which version it is
    };
  }

  /* Elements and the Payment Element: the card form is a document of the sandbox's own, in a frame. */

  function newElements(publishableKey, asked) {
    checkNames("elements()", asked, [...ONCE_ONLY, ...UPDATABLE]);
    check(asked.mode === "payment", 'elements(): the payment sandbox has the mode "payment" only.');
    check(Number.isInteger(asked.amount) && asked.amount > 0, "elements(): amount is a whole number of minor units.");
    check(/^[a-z]{3}$/.test(asked.currency), "elements(): currency has three lower-case letters.");
    const options = { ...asked };
    let element = null;
    let submitted = false;
    const mounted = (call) => {
      check(element?.ask, `${call}: mount the Payment Element first.`);
      return element;
    };
    return {
      create(type) {
        check(type === "payment", "elements.create(): the payment sandbox has the Payment Element only.");
        check(element === null, "elements.create(): there is a Payment Element already.");
        const changed = () => (submitted = false);
        const destroyed = () => (element = null);
        element = newElement(publishableKey, options, changed, destroyed);
        return element.shown;
      },
      getElement: (type) => (type === "payment" && element ? element.shown : null),
      update(changes) {
        checkNames("elements.update()", changes, UPDATABLE);
        Object.assign(options, changes);
        element?.tellOptions();
      },
      fetchUpdates: async () => ({}),
      async submit() {
        const answer = await mounted("elements.submit()").ask("submit");
        submitted = !answer.error;
        return answer;
      },
      /* Of this script alone: what stripe.createConfirmationToken asks. */
      async tokenOf(params) {
        const form = mounted("stripe.createConfirmationToken()");
        checkNames("stripe.createConfirmationToken()", params, ["return_url"]);
        check(submitted, "stripe.createConfirmationToken(): call elements.submit() first.");
        return form.ask("token", { ...params, setup_future_usage: options.setupFutureUsage });
      },
    };
  }

  function newElement(publishableKey, options, changed, destroyed) {
    const handlers = new Map(ELEMENT_EVENTS.map((name) => [name, new Set()]));
    const waiting = new Map(); // the number of a question to the frame -> who waits for its answer
    let [frame, port, number, loading] = [null, null, 0, 0];

    const emit = (name, event) => {
      for (const handler of [...handlers.get(name)]) handler({ elementType: "payment", ...event });
    };
    const tell = (message) => port?.postMessage(message);
    const appearance = () => ({ language: languageOf(options.locale), ...options.appearance });
    const told = {
      height: ({ height }) => (frame.style.height = `${height}px`),
      answer: ({ number, answer }) => {
        waiting.get(number)?.(answer);
        waiting.delete(number);
      },
      event: ({ name, event }) => {
        if (name === "ready") clearTimeout(loading);
        if (name === "change") changed();
        emit(name, event);
      },
    };

    function begin() {
      const channel = new MessageChannel();
      port = channel.port1;
      port.onmessage = ({ data }) => told[data.what]?.(data);
      frame.contentWindow.postMessage({ publishableKey, ...appearance() }, SANDBOX, [channel.port2]);
    }

    function unmount() {
      clearTimeout(loading);
      waiting.forEach((settle) => settle({ error: NO_ANSWER }));
      waiting.clear();
      port?.close();
      frame?.remove();
      [frame, port] = [null, null];
    }

    const shown = {
      mount(place) {
        const container = typeof place === "string" ? document.querySelector(place) : place;
        check(container, `element.mount(): there is no ${place}.`);
        if (frame?.parentNode === container) return;
        unmount();
        frame = document.createElement("iframe");
        frame.title = TEXTS[languageOf(options.locale)].card;
        Object.assign(frame.style, { display: "block", width: "100%", height: FRAME_HEIGHT, border: "0" });
        frame.addEventListener("load", begin);
        frame.src = `${SANDBOX}/v3/element.html`;
        const error = { ...NO_ANSWER, message: "The card form of the payment sandbox did not load." };
        loading = setTimeout(() => emit("loaderror", { error }), LOAD_MS_MAX);
        container.replaceChildren(frame);
        emit("loaderstart", {});
      },
      unmount,
      destroy() {
        unmount();
        destroyed();
      },
      on(name, handler) {
        check(handlers.has(name), `element.on(): the payment sandbox has no event ${name}.`);
        handlers.get(name).add(handler);
        return shown;
      },
      once(name, handler) {
        const first = (event) => {
          shown.off(name, first);
          handler(event);
        };
        return shown.on(name, first);
      },
      off(name, handler) {
        if (handler) handlers.get(name)?.delete(handler);
        else handlers.get(name)?.clear();
        return shown;
      },
      update: () => shown, // layout, wallets, fields: the stand-in has one look
      focus() {
        frame?.focus();
        tell({ what: "focus" });
      },
    };
    return {
      shown,
      tellOptions: () => tell({ what: "options", ...appearance() }),
      ask: (what, params) =>
        new Promise((resolve) => {
          if (port === null) throw new IntegrationError("The Payment Element is not mounted, or not ready yet.");
          waiting.set(++number, resolve);
          tell({ what, number, params });
        }),
    };
  }

  /* Payment intents, and the bank's page in a frame over the page. */

  function intentIdOf(clientSecret) {
    const [, id] = /^(pi_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+$/.exec(clientSecret) ?? [];
    check(id, "Pass a PaymentIntent's client secret, of the form pi_..._secret_...");
    return id;
  }

  async function retrieve(publishableKey, clientSecret) {
    const query = new URLSearchParams({ client_secret: clientSecret });
    const address = `${SANDBOX}/v1/payment_intents/${intentIdOf(clientSecret)}?${query}`;
    try {
      const answer = await fetch(address, { headers: { Authorization: `Bearer ${publishableKey}` } });
      const body = await answer.json();
      return answer.ok ? { paymentIntent: body } : { error: body.error };
    } catch {
      return { error: NO_ANSWER };
    }
  }

  async function handleNextAction(publishableKey, clientSecret, language) {
    const found = await retrieve(publishableKey, clientSecret);
    if (found.error) return found;
    const { status, next_action: action } = found.paymentIntent;
    if (status !== "requires_action") {
      const message = "handleNextAction: The PaymentIntent supplied is not in the requires_action state.";
      const code = "payment_intent_unexpected_state";
      return { error: { type: "invalid_request_error", code, message, payment_intent: found.paymentIntent } };
    }
    if (action.type === "redirect_to_url") {
      location.assign(action.redirect_to_url.url);
      return new Promise(() => undefined); // the page is on its way to the bank's
    }
    const over = async () => {
      const now = await retrieve(publishableKey, clientSecret);
      return now.paymentIntent && now.paymentIntent.status !== "requires_action" ? now.paymentIntent : null;
    };
    const intent = await showBank(action.use_stripe_sdk.stripe_js, language, intentIdOf(clientSecret), over);
    if (intent.status !== "requires_payment_method") return { paymentIntent: intent };
    return { error: { ...intent.last_payment_error, payment_intent: intent } };
  }

  /* Resolves with the intent once it waits for no action any more. Closing the dialog refuses the payment. */
  function showBank(url, language, intentId, over) {
    const { dialog, close, frame } = bankDialog(url, language);
    return new Promise((resolve) => {
      const finish = async () => {
        const intent = await over();
        if (!intent || !dialog.isConnected) return;
        clearInterval(polling);
        removeEventListener("message", hear);
        dialog.close();
        dialog.remove();
        resolve(intent);
      };
      const refuse = async () => {
        const body = new URLSearchParams({ payment_intent: intentId, outcome: "fail" });
        const request = { method: "POST", mode: "no-cors", body };
        await fetch(`${SANDBOX}/_sandbox/challenge`, request).catch(() => undefined);
        await finish();
      };
      const hear = ({ origin, source, data }) => {
        if (origin !== SANDBOX || source !== frame.contentWindow) return;
        if (data?.bank === "finished") void finish();
        if (data?.bank === "closed") void refuse();
      };
      const polling = setInterval(finish, POLL_MS); // the bank's page may have been answered elsewhere
      addEventListener("message", hear);
      close.addEventListener("click", refuse);
      dialog.addEventListener("cancel", (event) => {
        event.preventDefault(); // it stays until the sandbox has heard of it
        void refuse();
      });
      document.body.append(dialog);
      dialog.showModal();
      frame.addEventListener("load", () => frame.focus(), { once: true });
    });
  }

  /* Styles are set one by one: the page's policy has no inline styles. */
  function bankDialog(url, language) {
    const texts = TEXTS[language];
    const [dialog, close, frame] = ["dialog", "button", "iframe"].map((name) => document.createElement(name));
    dialog.setAttribute("aria-label", texts.bank);
    Object.assign(dialog.style, {
      display: "flex", flexDirection: "column", boxSizing: "border-box", margin: "auto", padding: "0", border: "0",
      width: "calc(100vw - 1rem)", maxWidth: "32rem", height: "calc(100dvh - 1rem)", maxHeight: "34rem",
      borderRadius: "0.75rem", overflow: "hidden", colorScheme: "light dark", background: "Canvas", color: "CanvasText",
      boxShadow: "0 0 0 200vmax rgb(0 0 0 / 60%)",
    });
    Object.assign(close.style, {
      alignSelf: "flex-end", font: "inherit", minHeight: "2.75rem", padding: "0 1rem", border: "0",
      background: "transparent", color: "inherit", textDecoration: "underline",
    });
    Object.assign(frame.style, { flex: "1", width: "100%", border: "0" });
    close.type = "button";
    close.textContent = texts.close;
    frame.title = texts.bank;
    frame.src = `${url}?locale=${language}`;
    dialog.append(close, frame);
    return { dialog, close, frame };
  }

  window.Stripe = Object.assign(Stripe, { version: "endive" });
})();

/**
 * The payment provider's own script, which has the card's fields: the page never sees a card. In production it is
 * Stripe.js, on one machine the payment sandbox serves the same calls. Sources: https://docs.stripe.com/js and
 * https://docs.stripe.com/payments/accept-a-payment-deferred. Nothing else on the page knows the provider by name.
 */

import type { Config } from "../api/shapes";

interface ProviderError {
  type?: string;
  code?: string;
  /** For the customer, in the language that the script was started with. */
  message?: string;
}

export interface CardElement {
  mount(place: HTMLElement): void;
  destroy(): void;
  on(name: "ready" | "change" | "loaderror", handler: () => void): unknown;
}

interface Appearance {
  theme: "stripe" | "night";
  variables: Record<string, string>;
}

interface ElementsOptions {
  mode: "payment";
  /** In the provider's units: see `providerAmount`. */
  amount: number;
  currency: string;
  paymentMethodCreation: "manual";
  allowedPaymentMethodTypes: string[];
  /** As our worker makes the intent of an order whose card is saved: the two must agree. */
  setupFutureUsage: "on_session" | null;
  locale: string;
  appearance: Appearance;
}

export interface Elements {
  create(type: "payment"): CardElement;
  submit(): Promise<{ error?: ProviderError }>;
  update(options: Partial<ElementsOptions>): void;
}

export interface Provider {
  elements(options: ElementsOptions): Elements;
  createConfirmationToken(asked: {
    elements: Elements;
    params: { return_url: string };
  }): Promise<{ confirmationToken?: { id: string }; error?: ProviderError }>;
  handleNextAction(asked: { clientSecret: string }): Promise<{ error?: ProviderError }>;
}

type Stripe = (publishableKey: string, options: { locale: string }) => Provider;

declare global {
  interface Window {
    Stripe?: Stripe;
  }
}

let loading: Promise<Stripe> | undefined;

/** Rejects where the script cannot be had; another call tries again. */
export async function loadProvider(config: Config, locale: string): Promise<Provider> {
  const { stripe_script: address, stripe_publishable_key: key } = config;
  if (address === null || key === null) throw new Error("this deployment takes no cards");
  loading ??= loadScript(address).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return (await loading)(key, { locale });
}

function loadScript(address: string): Promise<Stripe> {
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    const fail = () => {
      script.remove();
      failed(new Error("the provider's script did not load"));
    };
    script.src = address;
    script.addEventListener("load", () => (window.Stripe ? loaded(window.Stripe) : fail()));
    script.addEventListener("error", fail);
    document.head.append(script);
  });
}

/** Digits in which the provider counts otherwise than ISO 4217: https://docs.stripe.com/currencies, "Special cases". */
const PROVIDER_DIGITS: Record<string, number> = { ISK: 2, UGX: 2, MGA: 0 };

/** 26.50 EUR as 2650, 1500 JPY as 1500. */
export function providerAmount(currency: string, amount: number): number {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return Math.round(amount * 10 ** (PROVIDER_DIGITS[currency] ?? maximumFractionDigits));
}

export const darkScheme = () => matchMedia("(prefers-color-scheme: dark)");

/** What the fields look like: the page's own tokens (style/tokens.css), as this browser shows them just now. */
export function appearanceOf(place: HTMLElement): Appearance {
  const colour = (token: string) => {
    place.style.color = `var(--${token})`;
    const shown = getComputedStyle(place).color;
    place.style.removeProperty("color");
    return shown;
  };
  const isDark = darkScheme().matches;
  return {
    theme: isDark ? "night" : "stripe",
    variables: {
      colorPrimary: colour("accent"),
      colorBackground: colour("paper-raised"),
      colorText: colour("ink"),
      colorDanger: colour("accent"),
      borderRadius: "3px",
      fontFamily: "system-ui, sans-serif",
      fontSizeBase: "16px",
    },
  };
}

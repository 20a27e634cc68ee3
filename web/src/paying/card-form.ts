/** The provider's fields on the page: mounted once, and asked for a token at each attempt. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Config } from "../api/shapes";
import { appearanceOf, darkScheme, loadProvider, providerAmount, type CardElement, type Elements, type Provider } from "./provider";

export type FormState = "loading" | "ready" | "failed";

/** A token, or why there is none: the fields say themselves what is missing in them (`incomplete`). */
export type Token = { id: string } | "incomplete" | "unreachable";

export interface Price {
  /** In the currency's major units. */
  amount: number;
  currency: string;
}

export class CardForm {
  private readonly written = signal<FormState>("loading");
  private provider: Provider | undefined;
  private elements: Elements | undefined;
  private element: CardElement | undefined;
  private price: Price | undefined;
  private leaveScheme: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly locale: string,
  ) {}

  get state(): ReadonlySignal<FormState> {
    return this.written;
  }

  async mount(place: HTMLElement, price: Price): Promise<void> {
    this.written.value = "loading";
    this.price = price;
    try {
      this.provider ??= await loadProvider(this.config, this.locale);
      if (!place.isConnected) return;
      this.element?.destroy();
      this.elements = this.provider.elements({
        mode: "payment",
        ...asTheProviderCounts(this.price),
        paymentMethodCreation: "manual",
        allowedPaymentMethodTypes: ["card"],
        setupFutureUsage: null,
        locale: this.locale,
        appearance: appearanceOf(place),
      });
      this.element = this.elements.create("payment");
      this.element.on("ready", () => (this.written.value = "ready"));
      this.element.on("loaderror", () => (this.written.value = "failed"));
      this.element.mount(place);
      this.followScheme(place);
    } catch {
      this.written.value = "failed";
    }
  }

  /** Another price in the same fields: what was typed into them stays. */
  costs(price: Price): void {
    const isAnother = price.amount !== this.price?.amount || price.currency !== this.price.currency;
    this.price = price;
    if (isAnother) this.elements?.update(asTheProviderCounts(price));
  }

  /** By night a phone turns dark also while a card is typed: what was typed stays. */
  private followScheme(place: HTMLElement): void {
    this.leaveScheme();
    const scheme = darkScheme();
    const changed = () => this.elements?.update({ appearance: appearanceOf(place) });
    scheme.addEventListener("change", changed);
    this.leaveScheme = () => scheme.removeEventListener("change", changed);
  }

  unmount(): void {
    this.leaveScheme();
    this.element?.destroy();
    this.element = undefined;
  }

  /** `save`: the card may be kept. Each attempt has a token of its own: one confirms once. */
  async token(save: boolean, returnUrl: string): Promise<Token> {
    const { provider, elements } = this;
    if (!provider || !elements) return "unreachable";
    try {
      elements.update({ setupFutureUsage: save ? "on_session" : null });
      const checked = await elements.submit();
      if (checked.error) return "incomplete";
      const { confirmationToken, error } = await provider.createConfirmationToken({ elements, params: { return_url: returnUrl } });
      if (confirmationToken) return { id: confirmationToken.id };
      return error?.type === "validation_error" || error?.type === "card_error" ? "incomplete" : "unreachable";
    } catch {
      return "unreachable";
    }
  }
}

const asTheProviderCounts = ({ amount, currency }: Price) => ({
  amount: providerAmount(currency, amount),
  currency: currency.toLowerCase(),
});

/** The bank's own page, over ours. What it comes to is read from the booking. */
export async function showBank(config: Config, locale: string, clientSecret: string): Promise<boolean> {
  try {
    const provider = await loadProvider(config, locale);
    await provider.handleNextAction({ clientSecret });
    return true;
  } catch {
    return false;
  }
}

/** Another token before the one in use lapses, by Cognito's REFRESH_TOKEN_AUTH. */

import * as session from "./session";
import type { Config } from "./shapes";

const BEFORE_MS = 5 * 60_000;

let asked: Promise<void> | undefined;

/** Resolves when the session's token is good for a while, or cannot be made so: then the API says what it is. */
export function renewal(config: () => Promise<Config>): Promise<void> {
  const current = session.session.peek();
  if (!current?.refreshToken || !lapsesSoon(current, Date.now())) return Promise.resolve();
  asked ??= renew(current, current.refreshToken, config)
    .catch(() => undefined)
    .finally(() => (asked = undefined));
  return asked;
}

/** `lapsesAt` and `now` are both of this device's clock, right or wrong. */
export const lapsesSoon = ({ lapsesAt }: session.Session, now: number) => lapsesAt !== undefined && lapsesAt - now < BEFORE_MS;

export const userPoolAddress = (config: Config) => `${config.cognito_endpoint ?? `https://cognito-idp.${config.region}.amazonaws.com`}/`;

async function renew(current: session.Session, refreshToken: string, config: () => Promise<Config>): Promise<void> {
  const known = await config();
  const answer = await fetch(userPoolAddress(known), {
    method: "POST",
    headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth" },
    body: JSON.stringify({ ClientId: known.client_id, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: refreshToken } }),
  });
  if (!answer.ok || session.session.peek()?.token !== current.token) return;
  const { AuthenticationResult: tokens } = (await answer.json()) as { AuthenticationResult: { IdToken: string; ExpiresIn: number; RefreshToken?: string } };
  session.begin({
    name: current.name,
    token: tokens.IdToken,
    refreshToken: tokens.RefreshToken ?? refreshToken, // pools that rotate them send another
    lapsesAt: session.lapseOf(tokens.ExpiresIn, Date.now()),
  });
}

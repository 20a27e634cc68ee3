/** Cognito's own API, from the page's own forms: a redirect would lose the visitor's place. */

import type { Config } from "../api/shapes";
import { userPoolAddress } from "../api/renewal";
import { lapseOf, type Session } from "../api/session";
import { Srp, type Challenge } from "./srp";

/** `code`: the exception's name, as in NotAuthorizedException; `unreachable` without an answer. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

interface Tokens {
  IdToken: string;
  RefreshToken?: string;
  ExpiresIn: number;
}

export class Cognito {
  private readonly address: string;
  private readonly pool: string;

  constructor(private readonly config: Config) {
    this.address = userPoolAddress(config);
    this.pool = config.user_pool_id.split("_")[1] ?? "";
  }

  async signIn(email: string, password: string): Promise<Session> {
    const srp = new Srp();
    const begun = await this.call("InitiateAuth", {
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { USERNAME: email, SRP_A: srp.public.toString(16) },
    });
    const challenge = begun.ChallengeParameters as Challenge;
    const proof = await srp.prove(this.pool, password, challenge, new Date());
    const answer = await this.call("RespondToAuthChallenge", {
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeResponses: { USERNAME: challenge.USER_ID_FOR_SRP, PASSWORD_CLAIM_SECRET_BLOCK: challenge.SECRET_BLOCK, ...proof },
    });
    const tokens = answer.AuthenticationResult as Tokens | undefined;
    if (!tokens) throw new Refused(String(answer.ChallengeName ?? "no token"));
    return {
      name: email,
      token: tokens.IdToken,
      refreshToken: tokens.RefreshToken ?? null,
      lapsesAt: lapseOf(tokens.ExpiresIn, Date.now()),
    };
  }

  signUp = (email: string, password: string) =>
    this.call("SignUp", { Username: email, Password: password, UserAttributes: [{ Name: "email", Value: email }] });
  confirm = (email: string, code: string) => this.call("ConfirmSignUp", { Username: email, ConfirmationCode: code });
  sendCodeAgain = (email: string) => this.call("ResendConfirmationCode", { Username: email });
  forgot = (email: string) => this.call("ForgotPassword", { Username: email });
  reset = (email: string, code: string, password: string) =>
    this.call("ConfirmForgotPassword", { Username: email, ConfirmationCode: code, Password: password });

  private async call(operation: string, members: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = await fetch(this.address, {
      method: "POST",
      headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}` },
      body: JSON.stringify({ ClientId: this.config.client_id, ...members }),
    }).catch(() => {
      throw new Refused("unreachable");
    });
    const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    if (!answer.ok) throw new Refused(String(body.__type ?? "unreachable").split("#").pop() ?? "unreachable");
    return body;
  }
}

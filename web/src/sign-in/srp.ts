/**
 * Secure Remote Password as Cognito speaks it: the password never leaves the device. The 3072-bit group of RFC 5054,
 * SHA-256, and a key derived under "Caldera Derived Key".
 *
 * Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html
 */

const N_HEX =
  "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
  "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
  "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
  "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
  "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
  "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";
export const N = BigInt(`0x${N_HEX}`);
export const G = 2n;
const SECRET_BYTES = 128;

type Bytes = Uint8Array<ArrayBuffer>;

/** Whole bytes, with a zero before a first bit that is set: as a signed number it stays positive. */
export function padded(value: bigint): Bytes {
  let hex = value.toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  else if (parseInt(hex.slice(0, 2), 16) > 127) hex = `00${hex}`;
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

export async function hash(...parts: Bytes[]): Promise<bigint> {
  return number(new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts))));
}

export const text = (words: string): Bytes => new TextEncoder().encode(words);

export function number(bytes: Bytes): bigint {
  return BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
}

export async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

export async function derivedKey(shared: bigint, u: bigint): Promise<Bytes> {
  const mixed = await hmac(padded(u), padded(shared));
  return (await hmac(mixed, joined([text("Caldera Derived Key"), Uint8Array.of(1)]))).slice(0, 16);
}

export interface Challenge {
  SALT: string;
  SRP_B: string;
  SECRET_BLOCK: string;
  USER_ID_FOR_SRP: string;
}
export interface Proof {
  TIMESTAMP: string;
  PASSWORD_CLAIM_SIGNATURE: string;
}

export class Srp {
  private readonly secret: bigint;
  readonly public: bigint;

  constructor(secret: Bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))) {
    this.secret = number(secret) % N;
    this.public = power(G, this.secret, N);
  }

  /** `pool`: the part of the user pool's id after its region. */
  async prove(pool: string, password: string, challenge: Challenge, now: Date): Promise<Proof> {
    const B = BigInt(`0x${challenge.SRP_B}`);
    if (B % N === 0n) throw new Error("the server's number proves nothing");
    const user = challenge.USER_ID_FOR_SRP;
    const u = await hash(padded(this.public), padded(B));
    const x = await privateKey(pool, user, password, BigInt(`0x${challenge.SALT}`));
    const k = await hash(padded(N), padded(G));
    const base = (((B - k * power(G, x, N)) % N) + N) % N;
    const key = await derivedKey(power(base, this.secret + u * x, N), u);
    const timestamp = stamp(now);
    const secretBlock = Uint8Array.from(atob(challenge.SECRET_BLOCK), (letter) => letter.charCodeAt(0));
    const signature = await hmac(key, joined([text(pool), text(user), secretBlock, text(timestamp)]));
    return { TIMESTAMP: timestamp, PASSWORD_CLAIM_SIGNATURE: btoa(String.fromCharCode(...signature)) };
  }
}

export async function privateKey(pool: string, user: string, password: string, salt: bigint): Promise<bigint> {
  const inner = new Uint8Array(await crypto.subtle.digest("SHA-256", text(`${pool}${user}:${password}`)));
  return hash(padded(salt), inner);
}

/** As in "Mon Nov 3 09:05:07 UTC 2026". */
export function stamp(now: Date): string {
  const [weekday, day, month, year, time] = now.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

export function joined(parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

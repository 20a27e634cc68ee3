import { expect, test } from "vitest";
import { derivedKey, G, hash, hmac, joined, N, number, padded, power, privateKey, Srp, stamp, text } from "./srp";

const POOL = "AbCdEf123";
const USER = "5f1c-user";
const NOW = new Date("2026-11-03T09:05:07Z");

/** The other side: knows the verifier of a password, never the password itself. */
async function serverFor(password: string) {
  const salt = 0x8123456789abcdefn;
  const verifier = power(G, await privateKey(POOL, USER, password, salt), N);
  const k = await hash(padded(N), padded(G));
  const b = 0xfedcba9876543210n;
  const B = (k * verifier + power(G, b, N)) % N;
  const challenge = { SALT: salt.toString(16), SRP_B: B.toString(16), SECRET_BLOCK: btoa("secret block"), USER_ID_FOR_SRP: USER };
  const accepts = async (A: bigint, { TIMESTAMP, PASSWORD_CLAIM_SIGNATURE }: { TIMESTAMP: string; PASSWORD_CLAIM_SIGNATURE: string }) => {
    const u = await hash(padded(A), padded(B));
    const key = await derivedKey(power(A * power(verifier, u, N), b, N), u);
    const signature = await hmac(key, joined([text(POOL), text(USER), text("secret block"), text(TIMESTAMP)]));
    return btoa(String.fromCharCode(...signature)) === PASSWORD_CLAIM_SIGNATURE;
  };
  return { challenge, accepts };
}

test("a server that knows the verifier accepts the password, and no other", async () => {
  const server = await serverFor("correct horse battery");
  const srp = new Srp(new Uint8Array(128).fill(7));
  expect(await server.accepts(srp.public, await srp.prove(POOL, "correct horse battery", server.challenge, NOW))).toBe(true);
  expect(await server.accepts(srp.public, await srp.prove(POOL, "correct horse", server.challenge, NOW))).toBe(false);
});

test("a server's number that would prove nothing is refused", async () => {
  const { challenge } = await serverFor("any");
  await expect(new Srp().prove(POOL, "any", { ...challenge, SRP_B: N.toString(16) }, NOW)).rejects.toThrow("proves nothing");
});

test("numbers are whole bytes and never negative", () => {
  expect([...padded(0x7fn)]).toEqual([0x7f]);
  expect([...padded(0x80n)]).toEqual([0, 0x80]);
  expect([...padded(0x123n)]).toEqual([1, 0x23]);
  expect(number(Uint8Array.of(1, 0x23))).toBe(0x123n);
});

test("the time is written as Cognito reads it", () => {
  expect(stamp(NOW)).toBe("Tue Nov 3 09:05:07 UTC 2026");
});

import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

const ADA = JSON.stringify({ name: "ada", token: "token-1", refreshToken: null });

/** A tab of a browser whose storage another tab changes. */
async function tab() {
  const stored = new Map([["session", ADA]]);
  let hear: (event: { key: string | null }) => void = () => undefined;
  vi.stubGlobal("localStorage", { getItem: (key: string) => stored.get(key) ?? null });
  vi.stubGlobal("addEventListener", (_: string, heard: typeof hear) => (hear = heard));
  vi.resetModules();
  const { session, followOtherTabs } = await import("./session");
  followOtherTabs();
  const elsewhere = (key: string | null, change: () => void) => {
    change();
    hear({ key });
    return session.value?.name;
  };
  return { stored, elsewhere };
}

test("what another tab signs in or out is so in this one, also when it clears all that is stored", async () => {
  const { stored, elsewhere } = await tab();
  expect(elsewhere("language", () => stored.set("language", "es"))).toBe("ada");
  expect(elsewhere("session", () => stored.delete("session"))).toBeUndefined();
  expect(elsewhere("session", () => stored.set("session", ADA))).toBe("ada");
  expect(elsewhere(null, () => stored.clear())).toBeUndefined();
});

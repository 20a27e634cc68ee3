import { expect, test } from "vitest";
import { localPath } from "./local-path";

test.each([
  ["/showing/ev_1", "/showing/ev_1"],
  [undefined, "/"],
  ["https://elsewhere.example/", "/"],
  ["//elsewhere.example/", "/"],
  ["/\\elsewhere.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/\t/elsewhere.example", "/"],
])("%s leads to %s", (wanted, path) => expect(localPath(wanted)).toBe(path));

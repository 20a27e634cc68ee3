/** Where a sign-in leads back to: a path of this page and nothing else, whatever the address says. */

export function localPath(wanted: string | undefined): string {
  return wanted && /^\/(?![/\\])/.test(wanted) && new URL(wanted, "https://page.invalid").host === "page.invalid" ? wanted : "/";
}

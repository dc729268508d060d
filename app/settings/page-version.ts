/** Written by `vite.config.ts`: the package's version, and the commit where the page was built from a checkout. */
declare const __PAGE_VERSION__: { readonly version: string; readonly commit: string | null };

/** Such as `0.1.0 (3feaf5b)`. */
export function pageVersion(): string {
  const { version, commit } = __PAGE_VERSION__;
  return commit === null ? version : `${version} (${commit})`;
}

/** Written by `vite.config.ts`: the package's version, and the commit where the page was built from a checkout. */
declare const __PAGE_VERSION__: {
  readonly version: string;
  readonly commit: string | null;
  /** The package's `homepage`. */
  readonly source: string | null;
};

/** Such as `0.1.0 (3feaf5b)`. */
export function pageVersion(): string {
  const { version, commit } = __PAGE_VERSION__;
  return commit === null ? version : `${version} (${commit})`;
}

/** Where the source of this page is published; null where whoever built it did not say. */
export function sourceAddress(): string | null {
  return __PAGE_VERSION__.source;
}

/**
 * Loads a part of the page that is not in its first load. A connection that breaks for a moment, and a browser that remembers
 * a failed `import()`, must not cost the part: it is tried again. Where it cannot be had at all (no network before the service
 * worker has kept the page; a newer version on the host, which no longer has this one's files) the promise rejects, and what
 * asked offers "Try again" and "Reload".
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (error) {
    await restoreStyle(error);
  }
  try {
    return await load();
  } catch (error) {
    const address = scriptOf(error);
    if (address === null) throw error;
    // Browsers differ in whether they ask the network again for an address that failed; none has tried this one.
    return (await import(
      /* @vite-ignore */ `${address}${address.includes('?') ? '&' : '?'}again=${++attempts}`
    )) as Part;
  }
}

let attempts = 0;

/** Chromium and Firefox name the script that they could not fetch; only this page's own is asked for again. */
function scriptOf(error: unknown): string | null {
  const found = error instanceof Error ? /dynamically imported module: (\S+)/.exec(error.message)?.[1] : undefined;
  if (found === undefined || !URL.canParse(found)) return null;
  return new URL(found).origin === location.origin ? found : null;
}

/** Vite asks for the style sheets of a part once only: one that failed would be missing from the next attempt. */
async function restoreStyle(error: unknown): Promise<void> {
  const address = error instanceof Error ? /^Unable to preload CSS for (\S+)/.exec(error.message)?.[1] : undefined;
  if (address === undefined) return;
  const before = document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]');
  for (const link of before) if (link.href.endsWith(address)) link.remove();
  await new Promise<void>((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => {
      link.remove();
      reject(error instanceof Error ? error : new Error(String(error)));
    });
    document.head.append(link);
  });
}

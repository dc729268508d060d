/** Where embed.js came from, whichever way it was loaded: the frame lies beside it. */

/** Must be called while the script runs for the first time. */
export function ownAddress(): string {
  const script = document.currentScript;
  if (script instanceof HTMLScriptElement && script.src !== '') return script.src;
  // A module has no current script, and a file that is to run as a classic script too cannot say `import.meta`.
  const line = /https?:\/\/[^\s)@]+?(?=(?::\d+){1,2}\)?(?:\s|$))/.exec(new Error('Where am I?').stack ?? '');
  return line?.[0] ?? document.baseURI;
}

// Sets the theme before the first paint, so that a dark page does not flash white. app/settings/use-theme.ts goes on
// from here. A file of its own because the page's content security policy allows no inline script.
(() => {
  let theme = 'system';
  try {
    theme = JSON.parse(localStorage.getItem('mixtab-settings') ?? '{}').state?.theme ?? 'system';
  } catch {
    // No storage, or not ours: the system's theme it is.
  }
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

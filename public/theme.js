// Sets theme and text size before the first paint, so that a dark page does not flash white and no line jumps.
// app/settings/use-appearance.ts goes on from here. A file of its own because the page's content security policy allows
// no inline script.
(() => {
  let settings = {};
  try {
    settings = JSON.parse(localStorage.getItem('mixtab-settings') ?? '{}').state ?? {};
  } catch {
    // No storage, or not ours: the defaults it is.
  }
  const { theme = 'system', textSize = 'medium' } = settings;
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.dataset.textSize = textSize;
})();

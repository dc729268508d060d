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
  const { theme, textSize } = settings;
  // Anything else is not ours either, and what the page itself takes it for (app/state/records/settings-record.ts).
  const isSystem = theme !== 'dark' && theme !== 'light';
  const dark = theme === 'dark' || (isSystem && matchMedia('(prefers-color-scheme: dark)').matches);
  const sizes = ['small', 'medium', 'large', 'larger', 'largest'];
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.dataset.textSize = sizes.includes(textSize) ? textSize : 'medium';
})();

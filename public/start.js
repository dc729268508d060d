// Runs before the first paint, ahead of the page's own scripts, which may come seconds later or never. It sets theme and text
// size, so that a dark page does not flash white and no line jumps (app/settings/use-appearance.ts goes on from here), and it
// says why, where nothing will start. A file of its own because the content security policy allows no inline script; in the
// JavaScript of 2009, because browsers that know no newer one are told so here.
(function () {
  var html = document.documentElement;

  /** What was chosen in an earlier visit; nothing of it is to be trusted. */
  var settings = {};
  try {
    settings = JSON.parse(localStorage.getItem('mixtab-settings')).state || {};
  } catch (error) {
    // No storage, or not ours: the defaults it is.
  }

  var isDark = settings.theme === 'dark';
  if (!isDark && settings.theme !== 'light' && window.matchMedia) {
    isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  }
  html.setAttribute('data-theme', isDark ? 'dark' : 'light');
  var isSize = /^(small|medium|large|larger|largest)$/.test(settings.textSize);
  html.setAttribute('data-text-size', isSize ? settings.textSize : 'medium');
  if (settings.sidebar === 'hidden') html.setAttribute('data-sidebar', 'hidden');

  // ── Words ──

  /** Calls back when all of the document is there: before scripts that wait for it have run. */
  function whenParsed(callback) {
    if (document.readyState !== 'loading') return callback();
    document.addEventListener('readystatechange', function once() {
      document.removeEventListener('readystatechange', once);
      callback();
    });
  }

  /** The words of other languages than the document's own, by language (`tools/page-start.ts`). */
  function translate() {
    var block = document.getElementById('start-words');
    if (block === null) return;
    var languages = JSON.parse(block.textContent);
    var wanted = [settings.language].concat(navigator.languages || [navigator.language]);
    for (var i = 0; i < wanted.length; i++) {
      var tag = String(wanted[i]);
      var primary = tag.split('-')[0];
      if (tag === 'en' || primary === 'en') return;
      var words = languages[tag] || languages[primary];
      if (!words) continue;
      html.lang = languages[tag] ? tag : primary;
      var places = document.querySelectorAll('[data-start]');
      for (var j = 0; j < places.length; j++) {
        var text = words[places[j].getAttribute('data-start')];
        if (text) places[j].textContent = text;
      }
      return;
    }
  }

  whenParsed(translate);

  // ── Trouble ──

  var trouble = null;

  function showTrouble(kind, detail) {
    // The first says most; and once the page is there, it speaks for itself.
    if (trouble !== null || html.hasAttribute('data-started')) return;
    trouble = kind;
    html.setAttribute('data-trouble', kind);
    whenParsed(function () {
      var parts = document.querySelectorAll('[data-trouble-of]');
      for (var i = 0; i < parts.length; i++) {
        parts[i].hidden = (' ' + parts[i].getAttribute('data-trouble-of') + ' ').indexOf(' ' + kind + ' ') < 0;
      }
      var place = document.getElementById('trouble-detail');
      if (place !== null && detail) place.textContent = detail;
    });
  }

  /** An extension's errors are not the page's. */
  function isOwn(address) {
    return String(address).indexOf(location.href.replace(/[^/]*([?#].*)?$/, '')) === 0;
  }

  function onError(event) {
    var target = event.target;
    if (target && target.tagName === 'SCRIPT') showTrouble('failed', target.src);
    else if (event.message && isOwn(event.filename)) showTrouble('failed', event.message);
  }

  // In the capturing phase: events of elements do not bubble.
  window.addEventListener('error', onError, true);

  if (location.protocol === 'file:') showTrouble('file');
  else if (window.origin === 'null') showTrouble('sandboxed');
  else if (!('noModule' in document.createElement('script'))) showTrouble('old');
})();

// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { characterReference, ownScript, trustOwnScripts } from './trusted-types.ts';

afterEach(() => vi.unstubAllGlobals());

describe('scripts', () => {
  test('of the page’s own origin are trusted, others not', () => {
    vi.stubGlobal('location', new URL('https://example.org/mixtab/'));
    vi.stubGlobal('document', { baseURI: 'https://example.org/mixtab/' });
    expect(ownScript('./sw.js')).toBe('./sw.js');
    expect(ownScript('https://example.org/mixtab/assets/worker-1.js')).not.toBeNull();
    expect(ownScript('https://evil.example/worker.js')).toBeNull();
    expect(ownScript('//evil.example/worker.js')).toBeNull();
    expect(ownScript('data:text/javascript,alert(1)')).toBeNull();
    expect(ownScript('blob:https://example.org/0-0-0')).toBeNull();
    expect(ownScript('javascript:alert(1)')).toBeNull();
  });
});

describe('HTML', () => {
  test.each(['&eacute;', '&#233;', '&#xE9;', '&CounterClockwiseContourIntegral;'])('%s is one character', (html) => {
    expect(characterReference(html)).toBe(html);
  });

  test.each(['', '<b>', '&amp;<img src=x onerror=alert(1)>', '&lt;script&gt;', 'a', '&a b;', '&a;\n<b>'])(
    '%s is more than that',
    (html) => {
      expect(characterReference(html)).toBeNull();
    },
  );
});

test('a browser without trusted types goes without', () => {
  vi.stubGlobal('trustedTypes', undefined);
  expect(trustOwnScripts).not.toThrow();
});

import { describe, expect, test } from 'vitest';
import { destination, isMisleading, safeImage, safeLink } from './safe-url.ts';

describe('safeLink', () => {
  test.each(['https://example.org/a?b#c', 'http://example.org/', 'mailto:someone@example.org'])('takes %s', (url) =>
    expect(safeLink(url)).toBe(url),
  );
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://example.org/1',
    'file:///etc/passwd',
    '/relative',
    '//example.org/x',
    '',
  ])('drops %j', (url) => expect(safeLink(url)).toBeNull());
});

test('images come over http or https, and carry no password', () => {
  expect(safeImage('https://example.org/x.png')).toBe('https://example.org/x.png');
  expect(safeImage('https://user:secret@example.org/x.png')).toBeNull();
  expect(safeImage('data:image/png;base64,AAAA')).toBeNull();
  expect(safeImage('mailto:a@example.org')).toBeNull();
});

test('names where a link leads', () => {
  expect(destination('https://example.org:8080/a')).toBe('example.org:8080');
  expect(destination('mailto:some%20one@example.org')).toBe('some one@example.org');
});

test.each([
  ['https://bank.example/login', 'https://evil.example/', true],
  ['bank.com', 'https://evil.example/', true],
  ['www.bank.example', 'https://bank.example/x', false],
  ['https://bank.example', 'https://bank.example/', false],
  ['my bank', 'https://evil.example/', false],
  ['Node.js', 'https://nodejs.example/', false],
  ['bank.example/login', 'https://evil.example/', true],
])('the text %j of a link to %s misleads: %s', (text, url, expected) => expect(isMisleading(text, url)).toBe(expected));

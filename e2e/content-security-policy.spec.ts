// The policy of the built page: exactly what we mean, and at work. That nothing the page does offends it, every test of
// this folder looks at (`chat-page.ts`).
import { DIRECTIVES } from '../tools/content-security-policy.ts';
import { expect, test } from './chat-page.ts';

test('the built page has the policy that is meant', async ({ page }) => {
  await page.goto('/');
  const stated = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(stated?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src-elem 'self'",
    "style-src-attr 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self' https: http:",
    "frame-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ]);
  expect(Object.keys(DIRECTIVES)).toHaveLength(14);
  // The first element of the head: what stands before it would be free.
  expect(await page.evaluate(() => document.head.firstElementChild?.getAttribute('http-equiv'))).toBe(
    'Content-Security-Policy',
  );
});

test.describe('at work', () => {
  test.use({ mayOffend: true });

  test('it refuses what it should', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await page.evaluate(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        document.documentElement.dataset['refused'] += ` ${effectiveDirective}`;
      });
      const attempt = (offend: () => unknown): void => {
        try {
          offend();
        } catch {
          // Trusted types throw; the event tells.
        }
      };
      const append = (name: string, attributes: Record<string, string>): void => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        document.body.append(element);
      };
      attempt(() => append('img', { src: 'https://evil.example/a.png' }));
      attempt(() => append('iframe', { src: 'https://evil.example/' }));
      attempt(() => append('link', { rel: 'stylesheet', href: 'https://evil.example/a.css' }));
      attempt(() => {
        const style = document.createElement('style');
        style.textContent = 'p { color: red }';
        document.head.append(style);
      });
      attempt(() => new Worker('https://evil.example/worker.js'));
      attempt(() => {
        document.createElement('div').innerHTML = '<img src=x onerror="alert(1)">';
      });
      attempt(() => new WebSocket('wss://evil.example/'));
    });
    for (const directive of ['connect-src', 'frame-src', 'img-src', 'require-trusted-types-for', 'style-src-elem']) {
      await expect(page.locator('html')).toHaveAttribute('data-refused', new RegExp(`\\b${directive}\\b`));
    }
  });
});

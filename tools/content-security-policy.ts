/**
 * What the built page may do, line by line. What a model writes, and what others put into a conversation, is not to be
 * trusted: whatever gets into the document runs nothing, loads nothing and sends nothing. It stands in a <meta> element,
 * so that it holds on any host; `frame-ancestors` cannot stand there, and README.md tells hosts about it. A worker has the
 * policy of its own response's headers: none, but for those of the host.
 */
import type { Plugin } from 'vite';

export const DIRECTIVES = {
  // What no line below allows, nothing may load: plug-ins, frames, media.
  'default-src': "'none'",
  // The page's own files. No inline script, no handler in an attribute, no eval, no WebAssembly.
  'script-src': "'self'",
  // The engine, and the service worker.
  'worker-src': "'self'",
  // Style sheets are files: no style elements.
  'style-src-elem': "'self'",
  // KaTeX writes the width of some drawings (`\vec`) as an attribute. What React and virtua set through the
  // object model would need no permission, and no HTML of others is ever parsed.
  'style-src-attr': "'unsafe-inline'",
  // KaTeX's fonts, and ours.
  'font-src': "'self'",
  // Icons; pictures that the page drew, or fetched because the person asked for them, are blobs. An address in an answer
  // loads nothing by itself.
  'img-src': "'self' blob:",
  // Models, pictures and servers' answers come from wherever the person says. Without encryption the browser itself allows only this
  // device, and a private network where the person permits it (mixed content); no expression here can say "a private network".
  'connect-src': "'self' https: http:",
  // Only `embed.html`, in the preview of the dialog that writes a snippet for other pages.
  'frame-src': "'self'",
  // For installation.
  'manifest-src': "'self'",
  // No <base> that turns our own addresses into others'.
  'base-uri': "'none'",
  // Forms are for React; none is ever sent.
  'form-action': "'none'",
  // A string becomes HTML or the address of a script only through app/trusted-types.ts, which allows next to nothing …
  'require-trusted-types-for': "'script'",
  // … and no code can make a more lenient policy.
  'trusted-types': 'default',
} as const;

/** What a frame in other people's pages needs of it: nothing to install, no frame within. Who may frame it, it does not say: anybody. */
const { 'frame-src': _frames, 'manifest-src': _manifest, ...FRAME_DIRECTIVES } = DIRECTIVES;
export { FRAME_DIRECTIVES };

export const CONTENT_SECURITY_POLICY = policyOf(DIRECTIVES);

function policyOf(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');
}

/** The development server needs inline scripts, so it goes without. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'mixtab-content-security-policy',
    apply: 'build',
    transformIndexHtml: (_html, { path }) => [
      {
        tag: 'meta',
        attrs: {
          'http-equiv': 'Content-Security-Policy',
          content: path === '/embed.html' ? policyOf(FRAME_DIRECTIVES) : CONTENT_SECURITY_POLICY,
        },
        injectTo: 'head-prepend',
      },
    ],
  };
}

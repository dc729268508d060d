/**
 * The content security policy lets no string become HTML, or the address of a script, but through the policy here
 * (`tools/content-security-policy.ts`). It is the default one, because libraries do it in their own code, which names none.
 */

/** The part of the API that is used; TypeScript's own DOM does not know it, nor do all browsers. */
interface TrustedTypeFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string | null; createHTML(html: string): string | null },
  ): unknown;
}

/** Must run before the first worker is started. */
export function trustOwnScripts(): void {
  const { trustedTypes } = window as Window & { readonly trustedTypes?: TrustedTypeFactory };
  trustedTypes?.createPolicy('default', { createScriptURL: ownScript, createHTML: characterReference });
}

/** The engine's worker and the service worker: files beside the page. */
export function ownScript(url: string): string | null {
  const { origin, protocol } = new URL(url, document.baseURI);
  return origin === location.origin && protocol === location.protocol ? url : null;
}

/** The Markdown parser asks the browser what `&eacute;` means: in an element outside the document, and nothing else. */
export function characterReference(html: string): string | null {
  return /^&#?[a-z0-9]+;$/i.test(html) ? html : null;
}

/// <reference types="vite-plugin-pwa/client" />
/** Constants that `vite.config.ts` writes into the page. */

/** The file in `public/models/`; `url` is relative to the page. Null where there is none. */
declare const __BUNDLED_MODEL__: { readonly url: string; readonly name: string; readonly bytes: number } | null;

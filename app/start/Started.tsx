import { type ReactNode, useEffect } from 'react';

/** Tells `public/start.js` that the page is there: what happens from now on, the page says itself. */
export function Started({ children }: { readonly children: ReactNode }) {
  useEffect(() => {
    document.documentElement.dataset['started'] = '';
  }, []);
  return children;
}

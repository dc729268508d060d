import { useMediaQuery } from '../../layout/use-media-query.ts';

/** Whether the person lets things move. */
export function useMotion(): boolean {
  return !useMediaQuery('(prefers-reduced-motion: reduce)');
}

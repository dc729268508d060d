import { type RefObject, useLayoutEffect } from 'react';

/** A text field grows with its text up to a height, then scrolls. */
export function useGrowingField(field: RefObject<HTMLTextAreaElement | null>, text: string, maxHeightPx: number): void {
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, maxHeightPx)}px`;
  }, [field, text, maxHeightPx]);
}

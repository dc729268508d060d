/** Four grounds, as the words of a coloured answer have them. */
export function ColorMark() {
  return (
    <svg className="color-mark" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <rect x="1" y="3" width="8" height="4" rx="1.5" />
      <rect x="10" y="3" width="5" height="4" rx="1.5" />
      <rect x="1" y="9" width="4" height="4" rx="1.5" />
      <rect x="6" y="9" width="9" height="4" rx="1.5" />
    </svg>
  );
}

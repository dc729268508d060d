import './mark.css';
import { COLUMNS, ROUTE, ROWS } from './mark-geometry.ts';

/** Below this size (px) the dim dots would only blur the letter. */
const SMALLEST_WITH_GRID = 24;

/** Mixtab's mark: layers as columns, experts as dots, one route lit. */
export function Mark({ size }: { readonly size: number }) {
  const points = COLUMNS.map((x, column) => `${x},${ROUTE[column]}`).join(' ');
  return (
    <svg
      className="mark"
      data-small={size < SMALLEST_WITH_GRID}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
    >
      {COLUMNS.map((x, column) =>
        ROWS.filter((y) => size >= SMALLEST_WITH_GRID || y === ROUTE[column]).map((y) => (
          <circle
            key={`${x}-${y}`}
            className={y === ROUTE[column] ? 'mark-lit' : 'mark-dim'}
            cx={x}
            cy={y}
            r={y === ROUTE[column] ? 2.4 : 1.5}
          />
        )),
      )}
      <polyline className="mark-route" points={points} />
    </svg>
  );
}

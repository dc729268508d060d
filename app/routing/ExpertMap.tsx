import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useResolvedTheme } from '../settings/use-theme.ts';
import { useSettings } from '../state/stores.tsx';
import { drawExpertGrid, mapGeometry, type MapGeometry } from './draw-expert-grid.ts';
import type { ExpertGrid } from './expert-grid.ts';

export interface Cell {
  readonly layer: number;
  readonly expert: number;
  readonly share: number;
}

interface ExpertMapProps {
  readonly grid: ExpertGrid;
  /** Whether it shows one token, so that a line may connect the strongest experts. */
  readonly isSingleToken: boolean;
  /** The cell under the pointer, or null. */
  onCell(cell: Cell | null): void;
}

/** Layers from top to bottom, experts from left to right, the brighter the more weight. */
export function ExpertMap({ grid, isSingleToken, onCell }: ExpertMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const theme = useResolvedTheme(useSettings((state) => state.theme));
  const geometry = mapGeometry(grid, width);

  useEffect(() => {
    const box = canvas.current?.parentElement;
    if (!box) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    // After `useTheme` has set the document's theme, whose colours the drawing reads.
    const frame = requestAnimationFrame(() => {
      if (canvas.current !== null) drawExpertGrid(canvas.current, grid, mapGeometry(grid, width), isSingleToken);
    });
    return () => cancelAnimationFrame(frame);
  }, [grid, width, isSingleToken, theme]);

  return (
    <div className="expert-map">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Map of ${grid.layers.length} layers and ${grid.experts} experts`}
        style={{ height: geometry.height }}
        onPointerMove={(event) => onCell(cellAt(event, grid, geometry))}
        onPointerLeave={() => onCell(null)}
      />
      <div className="expert-map-legend" aria-hidden="true">
        <span>layers ↓</span>
        <span>experts 0 – {grid.experts - 1} →</span>
        <span className="expert-map-scale">
          share <i />
        </span>
      </div>
    </div>
  );
}

function cellAt(event: PointerEvent<HTMLCanvasElement>, grid: ExpertGrid, geometry: MapGeometry): Cell | null {
  const box = event.currentTarget.getBoundingClientRect();
  const expert = Math.floor((event.clientX - box.left - geometry.left) / geometry.cellWidth);
  const row = Math.floor((event.clientY - box.top) / geometry.cellHeight);
  const layer = grid.layers[row];
  if (layer === undefined || expert < 0 || expert >= grid.experts) return null;
  return { layer, expert, share: grid.shares[row * grid.experts + expert] ?? 0 };
}

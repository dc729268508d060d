import './expert-map.css';
import { ZoomIn, ZoomOut } from 'lucide-react';
import { type MouseEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { drawMap } from './draw-map.ts';
import {
  type Cell,
  cellAt,
  cellByKey,
  type MapData,
  type MapGeometry,
  mapGeometry,
  scrollRange,
} from './map-geometry.ts';
import type { MapPalette } from './map-palette.ts';
import { type GlowSource, useGlow } from './live/use-glow.ts';
import { usePalette } from './use-palette.ts';
import { useWidth } from './use-width.ts';
import { isComposing } from '../layout/input-method.ts';

interface ExpertMapProps {
  readonly data: MapData;
  /** What it shows, in a few words. */
  readonly label: string;
  /** A sentence on one cell. */
  describe(cell: Cell): string;
  /** What the map says while no cell is pointed at. */
  readonly hint: string;
  readonly legend: ReactNode;
  /** Of the second of two answers, in its colour. */
  readonly isSecond?: boolean;
  /** More buttons beside those that zoom. */
  readonly actions?: ReactNode;
  /** Set while an answer grows: in place of the values, what fires now is drawn. */
  readonly glow?: GlowSource | null;
  /** The cell that is chosen, where somebody else keeps it; else the map does. */
  readonly choice?: MapChoice | undefined;
}

export interface MapChoice {
  readonly cell: Cell | null;
  onChoose(cell: Cell | null): void;
}

const ZOOMS = [1, 2, 4, 8];
/** A zoomed cell wider than this tells nothing more. */
const WIDE_ENOUGH = 28;

/** Layers from top to bottom, experts from left to right. One stop of the Tab key; arrow keys go from cell to cell. */
export function ExpertMap({
  data,
  label,
  describe,
  hint,
  legend,
  isSecond = false,
  actions,
  glow = null,
  choice,
}: ExpertMapProps) {
  const { t } = useTranslation('routing');
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const glowing = useRef<HTMLCanvasElement>(null);
  const width = useWidth(box);
  const [zoomStep, setZoomStep] = useState(0);
  const [scroll, setScroll] = useState(0);
  const [hovered, setHovered] = useState<Cell | null>(null);
  const [own, setOwn] = useState<Cell | null>(null);
  const chosen = choice === undefined ? own : choice.cell;
  const setChosen = choice === undefined ? setOwn : choice.onChoose;
  /** The layer that was pointed at last: its bars stay. */
  const [lastRow, setLastRow] = useState(0);
  const readoutId = useId();

  const { layers, experts, shared = 0 } = data;
  const hasMargins = data.evenness !== null;
  const geometry = useMemo(
    () => mapGeometry({ layers, experts, shared }, hasMargins, width, ZOOMS[zoomStep] ?? 1),
    [layers, experts, shared, hasMargins, width, zoomStep],
  );
  const cell = within(hovered ?? chosen, data);
  const spoken = within(chosen, data);
  const barsRow = routedRow(data, cell?.row ?? lastRow);
  const canZoom = geometry.cellWidth / (ZOOMS[zoomStep] ?? 1) < WIDE_ENOUGH;

  const palette = usePalette();
  const seenFrom = Math.min(scroll, scrollRange(geometry));
  useDrawing(canvas, data, geometry, palette, { scroll: seenFrom, cell, barsRow, isGround: glow !== null, isSecond });
  useGlow(glowing, glow, { ...{ data, geometry, palette }, scroll: seenFrom });

  function pointed(event: MouseEvent<HTMLElement>): Cell | null {
    const rect = event.currentTarget.getBoundingClientRect();
    const at = cellAt(data, geometry, event.clientX - rect.left, event.clientY - rect.top, scroll, barsRow);
    if (at !== null) setLastRow(at.row);
    return at;
  }

  function choose(next: Cell): void {
    setHovered(null);
    setChosen(next);
    setLastRow(next.row);
    // A cell beside the window scrolls into it.
    const left = next.expert * geometry.cellWidth;
    const right = left + geometry.cellWidth;
    const scroller = box.current;
    if (scroller === null) return;
    if (left < scroll) scroller.scrollLeft = left - geometry.plot.width / 4;
    else if (right > scroll + geometry.plot.width) scroller.scrollLeft = right - geometry.plot.width * 0.75;
  }

  function zoom(step: number): void {
    const next = ZOOMS[step];
    if (next === undefined) return;
    // The expert in the middle, or the chosen one, stays where it is.
    const middle = cell === null ? (scroll + geometry.plot.width / 2) / geometry.cellWidth : cell.expert + 0.5;
    const wide = mapGeometry(data, hasMargins, width, next);
    setZoomStep(step);
    requestAnimationFrame(() => {
      if (box.current !== null) box.current.scrollLeft = middle * wide.cellWidth - wide.plot.width / 2;
    });
  }

  return (
    <div className="expert-map">
      <div
        className="expert-map-scroller"
        ref={box}
        onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
        data-scrolls={scrollRange(geometry) > 0}
      >
        <div className="expert-map-content" style={{ width: width + scrollRange(geometry) }}>
          {/* The arrow keys are explained by the label; what they lead to is said by the line below. */}
          <div
            className="expert-map-window"
            role="application"
            tabIndex={0}
            aria-label={t('map.label', { what: label, layers: layers.length, experts })}
            aria-describedby={readoutId}
            style={{ width, height: geometry.height }}
            onPointerMove={(event) => {
              if (event.pointerType === 'mouse') setHovered(pointed(event));
            }}
            onPointerLeave={() => setHovered(null)}
            onClick={(event) => {
              // After a tap or a click: a finger that scrolls does not choose.
              const at = pointed(event);
              setChosen(at !== null && at.row === chosen?.row && at.expert === chosen.expert ? null : at);
            }}
            onKeyDown={(event) => {
              if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
              const next = cellByKey(data, within(chosen, data), event.key);
              if (next !== null) choose(next);
              else if (event.key === 'Escape' && chosen !== null) setChosen(null);
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          >
            <canvas ref={canvas} aria-hidden="true" style={{ width, height: geometry.height }} />
            {glow !== null && (
              <canvas
                ref={glowing}
                className="expert-map-glow"
                aria-hidden="true"
                style={{ width, height: geometry.height }}
              />
            )}
          </div>
        </div>
      </div>
      <div className="expert-map-foot">
        <p className="expert-map-readout" data-cell={cell !== null}>
          {cell === null ? hint : describe(cell)}
        </p>
        <div className="expert-map-actions">
          {actions}
          {(canZoom || zoomStep > 0) && (
            <>
              <button
                type="button"
                className="icon-button"
                aria-label={t('map.zoomOut')}
                data-tooltip={t('map.zoomOut')}
                disabled={zoomStep === 0}
                onClick={() => zoom(zoomStep - 1)}
              >
                <ZoomOut size={16} />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={t('map.zoomIn')}
                data-tooltip={t('map.zoomIn')}
                disabled={zoomStep === ZOOMS.length - 1 || geometry.cellWidth >= WIDE_ENOUGH}
                onClick={() => zoom(zoomStep + 1)}
              >
                <ZoomIn size={16} />
              </button>
            </>
          )}
        </div>
      </div>
      {legend}
      {/* Read out when the keyboard or a click chooses, not what a mouse passes. */}
      <p id={readoutId} className="visually-hidden" aria-live="polite">
        {spoken === null ? hint : describe(spoken)}
      </p>
    </div>
  );
}

/** A dense layer has no bars: then those of the first layer that has experts. */
function routedRow({ layers, dense }: MapData, row: number): number {
  if (row < layers.length && dense?.[row] !== true) return row;
  return Math.max(
    0,
    layers.findIndex((_, at) => dense?.[at] !== true),
  );
}

/** A cell that the map has. */
function within(cell: Cell | null, { layers, experts }: MapData): Cell | null {
  return cell !== null && cell.row < layers.length && cell.expert < experts ? cell : null;
}

interface Drawn {
  readonly scroll: number;
  readonly cell: Cell | null;
  readonly barsRow: number;
  readonly isGround: boolean;
  readonly isSecond: boolean;
}

/** Draws at most once a frame, and only when something that is drawn has changed. */
function useDrawing(
  canvas: { readonly current: HTMLCanvasElement | null },
  data: MapData,
  geometry: MapGeometry,
  palette: (canvas: HTMLCanvasElement) => MapPalette,
  { scroll, cell, barsRow, isGround, isSecond }: Drawn,
): void {
  useEffect(() => {
    // In a frame: after `useTheme` has set the document's theme, whose colours the drawing reads.
    const frame = requestAnimationFrame(() => {
      const target = canvas.current;
      const context = target?.getContext('2d');
      if (target === null || context === null || context === undefined || geometry.width === 0) return;
      const ratio = devicePixelRatio;
      const [pixelsWide, pixelsHigh] = [Math.round(geometry.width * ratio), Math.round(geometry.height * ratio)];
      // Setting a size clears the canvas and gives it new memory, even if it is the same.
      if (target.width !== pixelsWide || target.height !== pixelsHigh) {
        target.width = pixelsWide;
        target.height = pixelsHigh;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const colors = palette(target);
      const shown = isSecond ? { ...colors, ramp: colors.otherRamp } : colors;
      drawMap(context, data, { geometry, palette: shown, scroll, cell, barsRow, isGround });
    });
    return () => cancelAnimationFrame(frame);
  }, [canvas, data, geometry, palette, scroll, cell, barsRow, isGround, isSecond]);
}

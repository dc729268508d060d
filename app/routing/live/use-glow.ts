import { type RefObject, useEffect } from 'react';
import { drawGlow } from '../draw-map.ts';
import type { MapData, MapGeometry } from '../map-geometry.ts';
import type { MapPalette } from '../map-palette.ts';
import { fixedScale, glow, type GlowingRecord, Playhead } from './glow.ts';

/** Between two frames: the eye sees no more in what fades over a second. */
const FRAME_MS = 33;
/** The slowest that still looks like something that fires. */
const SLOWEST_MS = 400;
/** The share of the time that drawing may take, as in `use-live-record.ts`, and what comes after what is measured. */
const BUDGET = 0.01;
const UNSEEN = 2;

export interface GlowSource {
  /** The answer as it is now; null: nothing yet. */
  record(): GlowingRecord | null;
  /** Cell of the map of each (row, expert). */
  readonly places: Uint32Array;
}

interface GlowView {
  readonly data: MapData;
  readonly geometry: MapGeometry;
  readonly scroll: number;
  palette(canvas: HTMLCanvasElement): MapPalette;
}

/** Draws on a canvas above the map what fires while an answer grows. Nothing is drawn while nothing changes, or out of sight. */
export function useGlow(
  canvas: RefObject<HTMLCanvasElement | null>,
  source: GlowSource | null,
  { data, geometry, scroll, palette }: GlowView,
): void {
  const { layers, experts, dense } = data;
  useEffect(() => {
    const target = canvas.current;
    const context = target?.getContext('2d');
    if (source === null || target === null || context === null || context === undefined || geometry.width === 0) return;
    const ratio = devicePixelRatio;
    const values = new Float32Array(layers.length * experts);
    let playhead: Playhead | null = null;
    let before = performance.now();
    let isInSight = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    const observer = new IntersectionObserver((entries) => {
      isInSight = entries.at(-1)?.isIntersecting ?? true;
    });
    observer.observe(target);

    function after(ms: number): void {
      timer = setTimeout(() => {
        frame = requestAnimationFrame(draw);
      }, ms);
    }

    function draw(): void {
      const start = performance.now();
      const record = source?.record() ?? null;
      if (record === null || !isInSight) return after(SLOWEST_MS);
      const isFirst = playhead === null;
      playhead ??= new Playhead(Math.max(0, record.count - 1));
      const hasMoved = playhead.advance(start - before, record.count);
      before = start;
      if (!hasMoved && !isFirst) return after(FRAME_MS);
      glow(values, record, playhead.position, source?.places);
      const [wide, high] = [Math.round(geometry.width * ratio), Math.round(geometry.height * ratio)];
      if (target !== null && (target.width !== wide || target.height !== high)) {
        target.width = wide;
        target.height = high;
      }
      context?.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (context && target)
        drawGlow(
          context,
          {
            ...{ kind: 'load', layers, experts, values, evenness: null, strongest: fixedScale(record.used) },
            ...(dense && { dense }),
          },
          { ...{ geometry, scroll }, palette: palette(target), cell: null, barsRow: 0 },
        );
      const cost = (performance.now() - start) * UNSEEN;
      after(Math.min(SLOWEST_MS, Math.max(FRAME_MS, cost / BUDGET)));
    }

    draw();
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      observer.disconnect();
      context.clearRect(0, 0, geometry.width, geometry.height);
    };
  }, [canvas, source, layers, experts, dense, geometry, scroll, palette]);
}

import './moving.css';
import { RotateCcw } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadOf } from '../answer-routing.ts';
import { drawGlow, drawMap } from '../draw-map.ts';
import { loadMap } from '../expert-grid.ts';
import { fixedScale, glow } from '../live/glow.ts';
import { useMotion } from '../live/use-motion.ts';
import { type MapData, type MapGeometry, SHARED_WIDTH } from '../map-geometry.ts';
import { laidOut, type MapLayout, mapLayout } from '../map-layout.ts';
import type { RoutingRecord } from '../routing-record.ts';
import { usePalette } from '../use-palette.ts';
import { useWidth } from '../use-width.ts';
import { type RecordedAnswer, RECORDED_SHAPE, recordedAnswer } from './recorded-answers.ts';

interface MovingPictureProps {
  /** The suggestion that is about to be asked. */
  readonly question: string;
}

/** How the bundled model's experts fire for its answer to a suggestion; from a recording, before any model is loaded. */
export default function MovingPicture({ question }: MovingPictureProps) {
  const answer = useMemo(() => recordedAnswer(question), [question]);
  return answer === null ? null : <Picture answer={answer} />;
}

/** What moves by itself ends within five seconds (WCAG 2.2.2). */
const LONGEST_MS = 4600;
const SLOWEST_TOKEN_MS = 190;
const FRAME_MS = 33;
/** The model is being loaded beside it: where drawing is slow, it is drawn seldom. */
const BUDGET = 0.1;

function Picture({ answer: { question, record } }: { readonly answer: RecordedAnswer }) {
  const { t } = useTranslation('routing');
  const canMove = useMotion();
  const [run, setRun] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const map = useMemo(() => {
    const layout = mapLayout({ ...record, model: RECORDED_SHAPE }, null);
    return { layout, data: { ...laidOut(loadMap(loadOf(record)), layout), evenness: null, isSorted: true } };
  }, [record]);
  const ground = useRef<HTMLCanvasElement>(null);
  const glowing = useRef<HTMLCanvasElement>(null);
  const { written, isOver } = usePlay({ record, ...map, run, canMove }, { box, ground, glowing });
  return (
    <figure className="moving-picture">
      <div ref={box} className="moving-map" role="img" aria-label={t('picture.label', { question })}>
        <canvas ref={ground} />
        <canvas ref={glowing} className="moving-glow" />
      </div>
      <p className="moving-words" aria-hidden="true" translate="no">
        {record.texts.map((text, token) => (
          // Texts come again: their place is their name.
          <span key={token} data-state={token < written - 1 ? 'past' : token < written ? 'now' : 'next'}>
            {text}
          </span>
        ))}
      </p>
      <figcaption>
        {t('picture.caption', { used: record.used, experts: record.experts })}
        {canMove && isOver && (
          <button
            type="button"
            className="icon-button"
            aria-label={t('picture.play')}
            data-tooltip={t('picture.play')}
            onClick={() => setRun(run + 1)}
          >
            <RotateCcw size={14} />
          </button>
        )}
      </figcaption>
    </figure>
  );
}

interface Playing {
  readonly record: RoutingRecord;
  readonly data: MapData;
  readonly layout: MapLayout;
  /** Another one begins it anew. */
  readonly run: number;
  readonly canMove: boolean;
}

interface Places {
  readonly box: RefObject<HTMLElement | null>;
  readonly ground: RefObject<HTMLCanvasElement | null>;
  readonly glowing: RefObject<HTMLCanvasElement | null>;
}

interface Played {
  readonly of: RoutingRecord;
  /** Tokens that are written. */
  readonly written: number;
  readonly isOver: boolean;
}

/** Plays a recording once; at its end, and where nothing may move, the map shows how often each expert was used. */
function usePlay({ record, data, layout, run, canMove }: Playing, { box, ground, glowing }: Places): Played {
  const width = useWidth(box);
  const palette = usePalette();
  const geometry = useMemo(() => compactGeometry(data, width), [data, width]);
  const [played, setPlayed] = useState<Played>({ of: record, written: 0, isOver: false });

  useEffect(() => {
    const [below, above] = [ground.current, glowing.current];
    const [base, light] = [below?.getContext('2d'), above?.getContext('2d')];
    if (below === null || above === null || !base || !light || width === 0) return;
    const view = { geometry, scroll: 0, cell: null, barsRow: 0 };
    const values = new Float32Array(data.values.length);
    const tokenMs = Math.min(SLOWEST_TOKEN_MS, LONGEST_MS / (record.count + 1));
    let began: number | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = requestAnimationFrame(draw);

    function draw(now: number): void {
      if (below === null || above === null || !base || !light) return;
      const start = performance.now();
      const colors = palette(below);
      if (began === null) {
        began = now;
        for (const [canvas, context] of [
          [below, base],
          [above, light],
        ] as const)
          fit(canvas, context, geometry);
        drawMap(base, data, { ...view, palette: colors, isGround: canMove });
      }
      const position = canMove ? (now - began) / tokenMs : Infinity;
      const isOver = position >= record.count + 1;
      const written = Math.min(record.count, Math.floor(position) + 1);
      setPlayed((before) =>
        before.of === record && before.written === written && before.isOver === isOver
          ? before
          : { of: record, written, isOver },
      );
      if (isOver) {
        light.clearRect(0, 0, geometry.width, geometry.height);
        drawMap(base, data, { ...view, palette: colors });
        return;
      }
      glow(values, record, position, layout.places);
      drawGlow(light, { ...data, values, strongest: fixedScale(record.used) }, { ...view, palette: colors });
      const cost = performance.now() - start;
      timer = setTimeout(
        () => {
          frame = requestAnimationFrame(draw);
        },
        Math.max(FRAME_MS, cost / BUDGET) - FRAME_MS / 2,
      );
    }

    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [record, data, layout, run, canMove, geometry, width, palette, ground, glowing]);

  return played.of === record ? played : { of: record, written: canMove ? 0 : record.count, isOver: false };
}

function fit(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, { width, height }: MapGeometry): void {
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
}

const ROW_PX = 14;
const EDGE_PX = 4;

/** Without axes and margins: a picture, not a table. */
function compactGeometry({ layers, experts, shared = 0 }: MapData, width: number): MapGeometry {
  const left = EDGE_PX + (shared > 0 ? shared * SHARED_WIDTH + EDGE_PX : 0);
  const cellWidth = Math.max(1, (width - left - EDGE_PX) / experts);
  const plot = { left, top: EDGE_PX, width: cellWidth * experts, height: layers.length * ROW_PX };
  return {
    ...{ width, height: plot.height + 2 * EDGE_PX, plot },
    ...{ cellWidth, cellHeight: ROW_PX, contentWidth: plot.width },
    ...{ shared: { count: shared, left: EDGE_PX }, barsTop: null },
  };
}

import './frame.css';
import { Eraser, ExternalLink } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Mark } from '../../app/icons/Mark.tsx';
import { PartBoundary } from '../../app/layout/BrokenPart.tsx';
import type { BundledModel } from '../../app/models/bundled.ts';
import { useAppearance } from './appearance.ts';
import { Ask } from './Ask.tsx';
import type { FrameChat } from './chat.ts';
import type { FrameState } from './frame-state.ts';
import { LiveWords } from './LiveWords.tsx';
import { StageCard } from './StageCard.tsx';
import { Talk } from './Talk.tsx';

interface FrameProps {
  readonly chat: FrameChat;
  readonly bundled: BundledModel | null;
  /** In CSS pixels, whenever it changes: what would show all of it. */
  onHeight(height: number): void;
}

const AT_END = 40; // px from the end: who is there wants to stay there

/** The whole of a frame: a compact chat. */
export function Frame({ chat, bundled, onHeight }: FrameProps) {
  const { t } = useTranslation('embed');
  const state = useStore(chat.store);
  const { options, stage, messages } = state;
  useAppearance(options);
  const scroller = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useHeight(frame, scroller, onHeight);
  useStayAtEnd(scroller, messages, (options.routing ?? 'off') !== 'off');
  const isReplay = options.replay !== undefined;
  /** Somebody was given it, and may not know what Mixtab is. */
  const isShared = options.replay === 'link' || options.replay === 'file';
  /** In a page of somebody else's that has a main part already, this is none. */
  const Box = window.parent === window ? 'main' : 'div';
  return (
    <Box className="frame" ref={frame}>
      <header className="frame-head">
        <Mark size={24} />
        <div className="frame-title">
          <h1 dir="auto">{nameOf(state, bundled) ?? t('title')}</h1>
          <p>{aboutOf(state, t)}</p>
        </div>
        {messages.length > 0 && !isReplay && (
          <button
            type="button"
            className="icon-button"
            aria-label={t('clear')}
            title={t('clear')}
            onClick={() => void chat.clear()}
          >
            <Eraser size={18} />
          </button>
        )}
        <a className="icon-button" href="./" target="_blank" rel="noopener" aria-label={t('open')} title={t('open')}>
          <ExternalLink size={18} />
        </a>
      </header>
      {/* Scrolled by the keyboard, too. */}
      <div
        className="frame-scroller"
        ref={scroller}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t('conversation')}
      >
        <div className="frame-log">
          <PartBoundary>
            <Talk state={state} />
            <StageCard chat={chat} state={state} bundled={bundled} />
          </PartBoundary>
        </div>
      </div>
      {!isReplay && <Ask chat={chat} state={state} bundled={bundled} />}
      {stage.kind === 'replay' && (
        <div className="frame-ask frame-replay">
          <p>{t('replay', { name: stage.model })}</p>
          <button
            type="button"
            className="button"
            onClick={() => (stage.isPlaying ? void chat.stop() : chat.playAgain())}
          >
            {t(stage.isPlaying ? 'showAll' : 'playAgain')}
          </button>
          {isShared && (
            <a className="button button-primary" href="./">
              {t('askOwn')}
            </a>
          )}
        </div>
      )}
      <LiveWords state={state} />
    </Box>
  );
}

type Words = ReturnType<typeof useTranslation<'embed'>>['t'];

function nameOf({ stage, options }: FrameState, bundled: BundledModel | null): string | null {
  if (stage.kind === 'ready') return stage.info.name;
  if (stage.kind === 'asking') return stage.preview.name;
  if (stage.kind === 'replay') return stage.model;
  if (options.replay !== undefined) return null;
  if (options.model === undefined) return bundled?.name ?? null;
  return options.model.split('/').at(-1) ?? null;
}

function aboutOf({ stage, options }: FrameState, t: Words): string {
  if (options.replay !== undefined) return '';
  return stage.kind === 'ready' ? t(`storage.${stage.storage}`) : t('about');
}

/** What all of it would take: the log's whole height, and what stands above and below it. */
function useHeight(
  frame: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
  onHeight: (height: number) => void,
): void {
  useEffect(() => {
    const log = scroller.current?.firstElementChild;
    if (frame.current === null || scroller.current === null || log === null || log === undefined) return;
    const parts = [...frame.current.children].filter((child) => child !== scroller.current);
    const tell = (): void => {
      const others = [...(frame.current?.children ?? [])].filter(
        (child) => child !== scroller.current && !child.classList.contains('visually-hidden'),
      );
      const height = others.reduce((sum, child) => sum + child.getBoundingClientRect().height, 0);
      onHeight(Math.ceil(height + log.getBoundingClientRect().height));
    };
    const observer = new ResizeObserver(tell);
    for (const part of [...parts, log]) observer.observe(part);
    return () => observer.disconnect();
  });
}

/**
 * The end stays in sight for who has not scrolled away from it. With routing, which is longer than most frames, it is the beginning
 * of the last exchange that stays: there the answer is.
 */
function useStayAtEnd(
  scroller: RefObject<HTMLElement | null>,
  messages: FrameState['messages'],
  hasRouting: boolean,
): void {
  const isAtEnd = useRef(true);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const note = (): void => {
      isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
    };
    // What the visitor does, and not what is done here.
    const left = (): void => {
      isAtEnd.current = false;
      requestAnimationFrame(note);
    };
    const how = { passive: true } as const;
    for (const event of ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const)
      box.addEventListener(event, left, how);
    return () => {
      for (const event of ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const)
        box.removeEventListener(event, left);
    };
  }, [scroller]);
  const count = messages.length;
  useLayoutEffect(() => {
    isAtEnd.current = true; // a new question is always seen
  }, [count]);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || !isAtEnd.current) return;
    const question = hasRouting ? [...box.querySelectorAll<HTMLElement>('.frame-question')].at(-1) : undefined;
    box.scrollTop = question === undefined ? box.scrollHeight : question.offsetTop - 8;
  }, [scroller, messages, hasRouting]);
}

import './token-list.css';
import { type CSSProperties, type KeyboardEvent, memo, type PointerEvent, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerRouting } from './answer-routing.ts';
import { visibleToken } from './expert-grid.ts';
import type { Theme, TokenColors } from './token-colors.ts';
import { tokenAbove, tokenBelow } from './token-lines.ts';
import type { TokenPaint } from './token-paint.ts';
import { isComposing } from '../layout/input-method.ts';

export interface TokenListProps {
  readonly routing: AnswerRouting;
  readonly theme: Theme;
  readonly isStreaming: boolean;
  readonly selected: number | null;
  /** What the map shows: the token under a mouse, or the selected one. */
  readonly hovered: number | null;
  /** How much each of the tokens that are most like the selected one has in common with it, 0 to 1. */
  readonly alike: ReadonlyMap<number, number>;
  /** Marks them otherwise than by likeness. */
  readonly paint?: TokenPaint | null;
  onSelect(token: number | null): void;
  onHover(token: number | null): void;
  /** Where the tokens are seen, if not here: then the list is for the keyboard and for screen readers alone. */
  readonly seen?: SeenTokens | undefined;
}

/** Tokens that are shown elsewhere. */
export interface SeenTokens {
  boxOf(token: number): DOMRect | undefined;
  scrollTo(token: number): void;
}

/** Tokens that React compares and renders together; only the last such run changes while the answer grows. */
const RUN = 48;
const AT_END = 24; // px from the end of the list: who is there wants to stay there

/** The tokens of an answer as a list box: one stop of the Tab key, arrow keys inside. */
export const TokenList = memo(function TokenList(props: TokenListProps) {
  const { routing, theme, isStreaming, selected, alike, paint = null, onSelect, onHover, seen } = props;
  const { t } = useTranslation('routing');
  const list = useRef<HTMLDivElement>(null);
  const { record, colors } = routing;
  /** What was selected before a click: its focus may select already. */
  const before = useRef<number | null>(null);
  const last = record.count - 1;
  useFollowEnd(list, record.count, isStreaming && selected === null && seen === undefined);

  function choose(token: number): void {
    const next = Math.max(0, Math.min(last, token));
    onSelect(next);
    const option = list.current?.querySelector<HTMLElement>(`[data-token="${next}"]`);
    option?.focus({ preventScroll: seen !== undefined });
    seen?.scrollTo(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const next = tokenByKey(event.key, selected, last, seen?.boxOf ?? boxIn(list.current));
    if (next === undefined) return;
    if (next === null) onSelect(null);
    else choose(next);
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={list}
      className={seen === undefined ? 'token-list' : 'visually-hidden'}
      role="listbox"
      aria-label={t('tokens.label')}
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
      // Not `over`, which also fires when the list scrolls under a mouse that rests.
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse') onHover(tokenOf(event));
      }}
      onPointerLeave={() => onHover(null)}
      onPointerDown={() => {
        before.current = selected;
      }}
      onClick={(event) => {
        const token = tokenOf(event);
        if (token !== null) onSelect(token === before.current ? null : token);
      }}
    >
      {paragraphsOf(record.texts, record.count).map(({ from, to }) => (
        <div key={from} role="presentation" className="token-paragraph">
          {runsOf(from, to).map((run) => {
            const has = (token: number | null): number | null =>
              token !== null && token >= run.from && token < run.to ? token : null;
            return (
              <TokenRun
                key={run.from}
                from={run.from}
                to={run.to}
                texts={record.texts}
                colors={colors}
                colorsVersion={colors.version}
                theme={theme}
                selected={has(selected)}
                tabStop={has(Math.min(selected ?? 0, last))}
                alike={hasAny(alike, run) ? alike : NONE_ALIKE}
                paint={paint}
                onFocused={onSelect}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
});

export const NONE_ALIKE: ReadonlyMap<number, number> = new Map();

interface TokenRunProps {
  readonly from: number;
  readonly to: number;
  readonly texts: readonly string[];
  readonly colors: TokenColors;
  /** Only to be compared: `colors` stays the same object while its colours change. */
  readonly colorsVersion: number;
  readonly theme: Theme;
  readonly selected: number | null;
  readonly tabStop: number | null;
  readonly alike: ReadonlyMap<number, number>;
  readonly paint: TokenPaint | null;
  onFocused(token: number): void;
}

const TokenRun = memo(function TokenRun(props: TokenRunProps) {
  const { from, to, texts, colors, theme, selected, tabStop, alike, paint, onFocused } = props;
  return Array.from({ length: to - from }, (_, i) => {
    const token = from + i;
    const likeness = paint === null ? alike.get(token) : undefined;
    const mark = paint === null ? null : paint.markOf(token);
    const ground = paint === null ? colors.css(token, theme) : (mark?.ground?.[theme] ?? null);
    return (
      <span
        key={token}
        role="option"
        data-token={token}
        data-alike={likeness === undefined ? undefined : strengthOf(likeness)}
        aria-selected={token === selected}
        tabIndex={token === tabStop ? 0 : -1}
        data-line={mark?.line}
        style={{ '--token': ground ?? undefined } as CSSProperties}
        onFocus={(event) => {
          // Only the keyboard's focus: a click selects, or unselects, by itself.
          if (event.target.matches(':focus-visible')) onFocused(token);
        }}
      >
        {visibleToken(texts[token] ?? '')}
        {mark !== null && <span className="visually-hidden"> {mark.says}</span>}
      </span>
    );
  });
});

/** Thickness of the line under a token that is like the selected one. */
function strengthOf(likeness: number): 1 | 2 | 3 {
  if (likeness >= 0.6) return 3;
  return likeness >= 0.4 ? 2 : 1;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A line break ends a paragraph, as it does in the answer. */
function paragraphsOf(texts: readonly string[], count: number): Range[] {
  const paragraphs: Range[] = [];
  let from = 0;
  for (let token = 0; token < count; token++) {
    if (token + 1 < count && texts[token]?.includes('\n') !== true) continue;
    paragraphs.push({ from, to: token + 1 });
    from = token + 1;
  }
  return paragraphs;
}

function runsOf(from: number, to: number): Range[] {
  const runs: Range[] = [];
  for (let start = from; start < to; start += RUN) runs.push({ from: start, to: Math.min(to, start + RUN) });
  return runs;
}

function hasAny(tokens: ReadonlyMap<number, number>, { from, to }: Range): boolean {
  for (const token of tokens.keys()) if (token >= from && token < to) return true;
  return false;
}

function boxIn(list: HTMLElement | null): (token: number) => DOMRect | undefined {
  return (token) => list?.querySelector(`[data-token="${token}"]`)?.getBoundingClientRect();
}

/** Undefined: not one of our keys. Null: nothing is selected any more. */
function tokenByKey(
  key: string,
  selected: number | null,
  last: number,
  boxOf: (token: number) => DOMRect | undefined,
): number | null | undefined {
  const here = selected ?? 0;
  switch (key) {
    case 'ArrowRight':
      return selected === null ? 0 : here + 1;
    case 'ArrowLeft':
      return here - 1;
    case 'ArrowDown':
      return selected === null ? 0 : tokenBelow(boxOf, here, last);
    case 'ArrowUp':
      return tokenAbove(boxOf, here);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return selected === null ? undefined : null;
    default:
      return undefined;
  }
}

function tokenOf(event: Pick<PointerEvent, 'target'>): number | null {
  const token = event.target instanceof HTMLElement ? event.target.dataset['token'] : undefined;
  return token === undefined ? null : Number(token);
}

/** While the answer grows, its end stays in sight for who has not scrolled away from it. */
function useFollowEnd(list: { readonly current: HTMLElement | null }, count: number, isOn: boolean): void {
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const box = list.current;
    if (box === null || !isOn) return;
    if (isAtEnd.current) box.scrollTop = box.scrollHeight;
    const onScroll = (): void => {
      isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
    };
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => box.removeEventListener('scroll', onScroll);
  }, [list, count, isOn]);
}

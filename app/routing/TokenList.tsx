import { type KeyboardEvent, memo, type PointerEvent, useRef } from 'react';
import { visibleToken } from './expert-grid.ts';
import type { RoutingRecord } from './routing-record.ts';

interface TokenListProps {
  readonly record: RoutingRecord;
  readonly selected: number | null;
  onSelect(token: number | null): void;
  onHover(token: number | null): void;
}

/** The tokens of an answer as a list box: one stop of the Tab key, arrow keys inside. */
export const TokenList = memo(function TokenList({ record, selected, onSelect, onHover }: TokenListProps) {
  const list = useRef<HTMLDivElement>(null);
  const last = record.count - 1;

  function choose(token: number): void {
    const next = Math.max(0, Math.min(last, token));
    onSelect(next);
    list.current?.querySelector<HTMLElement>(`[data-token="${next}"]`)?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const here = selected ?? 0;
    switch (event.key) {
      case 'ArrowRight':
      case 'ArrowDown':
        choose(selected === null ? 0 : here + 1);
        break;
      case 'ArrowLeft':
      case 'ArrowUp':
        choose(here - 1);
        break;
      case 'Home':
        choose(0);
        break;
      case 'End':
        choose(last);
        break;
      case 'Escape':
        onSelect(null);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={list}
      className="token-list"
      role="listbox"
      aria-label="Tokens of the answer"
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
      onPointerOver={(event) => onHover(tokenOf(event))}
      onPointerLeave={() => onHover(null)}
      onClick={(event) => {
        const token = tokenOf(event);
        if (token !== null) onSelect(token === selected ? null : token);
      }}
    >
      {record.texts.slice(0, record.count).map((text, index) => (
        <Token
          key={index}
          index={index}
          text={text}
          isSelected={index === selected}
          isTabStop={index === (selected ?? 0)}
          onFocused={onSelect}
        />
      ))}
    </div>
  );
});

interface TokenProps {
  readonly index: number;
  readonly text: string;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  onFocused(index: number): void;
}

const Token = memo(function Token({ index, text, isSelected, isTabStop, onFocused }: TokenProps) {
  return (
    <>
      <span
        role="option"
        data-token={index}
        aria-selected={isSelected}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={(event) => {
          // Only the keyboard's focus: a click selects, or unselects, by itself.
          if (event.target.matches(':focus-visible')) onFocused(index);
        }}
      >
        {visibleToken(text)}
      </span>
      {text.includes('\n') && <br />}
    </>
  );
});

function tokenOf(event: Pick<PointerEvent, 'target'>): number | null {
  const token = event.target instanceof HTMLElement ? event.target.dataset['token'] : undefined;
  return token === undefined ? null : Number(token);
}

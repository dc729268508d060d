import './answer-words.css';
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useStillness } from './use-stillness.ts';
import type { AssistantMessage } from '../state/conversation.ts';
import { canInk, Inks } from './inks.ts';
import { boxOf, type RenderedTokens, renderedTokens, tokenAt } from './rendered-tokens.ts';
import { type SeenTokens, TokenList, type TokenListProps } from './TokenList.tsx';
import { wordMarks } from './word-marks.ts';
import { type WrittenPart, writtenParts } from './written-parts.ts';

interface AnswerWordsProps extends TokenListProps {
  /** As it is now: it may grow. */
  readonly message: RefObject<AssistantMessage>;
  /** Where its words stand. */
  readonly words: RefObject<HTMLElement | null>;
}

interface Shown {
  readonly parts: readonly WrittenPart[];
  readonly rendered: RenderedTokens;
}

const NOTHING: Shown = { parts: [], rendered: { ranges: new Map(), formulas: [] } };
/** What does something by itself where it is clicked. */
const ACTIVE = 'a, button, input, summary, label';
/** From the edges of the conversation to a word that is gone to by keyboard. */
const MARGIN_PX = 24;

/**
 * Colours the words of an answer where they stand. For the mouse they are choosable there; for the keyboard and for screen readers
 * they are a list of tokens, which is seen only where the text is not what the model wrote, or the browser cannot colour it.
 */
export function AnswerWords({ message, words, ...list }: AnswerWordsProps) {
  const { routing, theme, isStreaming, selected, hovered, alike, paint, onSelect, onHover } = list;
  const [inks] = useState(() => new Inks());
  const [isApart, setApart] = useState(() => !canInk());
  const shown = useRef<Shown>(NOTHING);
  // What is formatted later, as code and formulas are, is coloured then; while the answer grows, with each step of the record.
  const version = useStillness(words, !isStreaming && !isApart);

  useLayoutEffect(() => {
    if (!canInk()) return;
    shown.current = shownTokens(words.current, message.current, routing);
    setApart(shown.current === NOTHING);
    // `version` is when to look again.
  }, [words, message, routing, version]);

  useLayoutEffect(() => {
    inks.ink(wordMarks(shown.current.rendered, routing, theme, { selected, hovered, alike }, paint));
  }, [inks, routing, theme, selected, hovered, alike, paint, version]);
  useEffect(() => () => inks.clear(), [inks]);

  const tokenUnder = useEffectEvent((x: number, y: number) =>
    tokenAt(shown.current.rendered, shown.current.parts, x, y),
  );
  const hover = useEffectEvent(onHover);
  const choose = useEffectEvent((token: number | null) => onSelect(token === selected ? null : token));

  useEffect(() => {
    const box = words.current;
    if (box === null || isApart) return;
    box.dataset['inked'] = 'true';
    const listening = new AbortController();
    const options = { passive: true, signal: listening.signal };
    let frame = 0;
    box.addEventListener(
      'pointermove',
      ({ pointerType, buttons, clientX, clientY }) => {
        if (pointerType !== 'mouse' || buttons !== 0) return; // a finger scrolls, a button that is held selects text
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => hover(tokenUnder(clientX, clientY)));
      },
      options,
    );
    box.addEventListener(
      'pointerleave',
      () => {
        cancelAnimationFrame(frame);
        hover(null);
      },
      options,
    );
    box.addEventListener(
      'click',
      ({ target, clientX, clientY }) => {
        const isText = target instanceof Element && target.closest(ACTIVE) === null;
        if (!isText || document.getSelection()?.isCollapsed === false) return;
        choose(tokenUnder(clientX, clientY));
      },
      options,
    );
    return () => {
      listening.abort();
      cancelAnimationFrame(frame);
      delete box.dataset['inked'];
    };
  }, [words, isApart]);

  const [seen] = useState((): SeenTokens => ({
    boxOf: (token) => boxOf(shown.current.rendered, token),
    scrollTo: (token) => scrollIntoWindow(words.current, boxOf(shown.current.rendered, token)),
  }));

  return <TokenList {...list} seen={isApart ? undefined : seen} />;
}

function shownTokens(
  root: HTMLElement | null,
  { reasoning, content }: AssistantMessage,
  { record }: TokenListProps['routing'],
): Shown {
  const parts = root === null ? null : writtenParts(record, reasoning, content);
  if (root === null || parts === null) return NOTHING;
  const places: readonly (readonly [string, WrittenPart | null])[] = [
    ['.reasoning-text', parts.reasoning],
    ['.markdown', parts.answer],
  ];
  const found = places.flatMap(([selector, part]) => {
    const element = root.querySelector(selector);
    return part === null || element === null ? [] : [{ part, rendered: renderedTokens(element, part) }];
  });
  return {
    parts: found.map(({ part }) => part),
    rendered: {
      ranges: new Map(found.flatMap(({ rendered }) => [...rendered.ranges])),
      formulas: found.flatMap(({ rendered }) => rendered.formulas),
    },
  };
}

function scrollIntoWindow(root: HTMLElement | null, box: DOMRect | undefined): void {
  const scroller = root?.closest('.conversation-scroller');
  if (scroller === null || scroller === undefined || box === undefined) return;
  const window = scroller.getBoundingClientRect();
  if (box.top < window.top + MARGIN_PX) scroller.scrollTop -= window.top + MARGIN_PX - box.top;
  else if (box.bottom > window.bottom - MARGIN_PX) scroller.scrollTop += box.bottom - window.bottom + MARGIN_PX;
}

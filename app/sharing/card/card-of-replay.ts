import type { Replay } from '../../../embed/replay.ts';
import { RoutingFollower } from '../../routing/answer-routing.ts';
import { loadMap } from '../../routing/expert-grid.ts';
import type { Theme } from '../../routing/token-colors.ts';
import { writtenParts } from '../../routing/written-parts.ts';
import type { Card } from './draw-card.ts';
import { shownText } from './shown-text.ts';

type Words = Pick<Card, 'made' | 'address'>;

/** What a card shows of an answer: its colours are those of the page. */
export function cardOf({ question, answer, reasoning, routing: record }: Replay, theme: Theme, words: Words): Card {
  const said = answer === '' ? reasoning : answer;
  const plain = { question, answer: shownText(said, null), colorOf: () => null, map: null, ...words };
  if (record === null) return plain;
  const { colors, load } = new RoutingFollower().update(record, true);
  const parts = writtenParts(record, reasoning === '' ? null : reasoning, answer);
  return {
    ...plain,
    answer: shownText(said, answer === '' ? (parts?.reasoning ?? null) : (parts?.answer ?? null)),
    colorOf: (token) => colors.css(token, theme),
    map: loadMap(load),
  };
}

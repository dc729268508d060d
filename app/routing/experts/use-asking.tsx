import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../../layout/lazy-part.tsx';
import { percent } from '../../layout/quantities.ts';
import type { AssistantMessage } from '../../state/conversation.ts';
import { useChat } from '../../state/stores.tsx';
import { ColorChoice, type ColoredBy, ConfidenceLegend } from '../alternatives/ColorChoice.tsx';
import { confidencePaint, NO_PAINT } from '../alternatives/confidence.ts';
import { Rivals } from '../alternatives/Rivals.tsx';
import { useAlternatives } from '../alternatives/use-alternatives.ts';
import type { Cell } from '../map-geometry.ts';
import type { Asking } from '../RoutingBody.tsx';
import type { RoutingRecord } from '../routing-record.ts';
import type { TokenPaint } from '../token-paint.ts';
import { expertPaint } from './expert-paint.ts';
import { NamedExperts } from './NamedExperts.tsx';
import { TokenExperts } from './TokenExperts.tsx';
import { useExpertNames } from './use-expert-names.ts';

const ExpertCard = lazyPart(() => import('./ExpertCard.tsx'), ['experts']);

interface AskingOptions {
  readonly record: RoutingRecord;
  /** Null while it is being written. */
  readonly message: AssistantMessage | null;
  /** Null where experts cannot be steered. */
  readonly onSteer: ((cell: Cell, how: 'mute' | 'boost') => void) | null;
}

/** What can be asked of an answer in a conversation: an expert for its words, a word for what it might have been. */
export function useAsking({ record, message, onSteer }: AskingOptions): Asking {
  const { t } = useTranslation('experts');
  const [chosen, setCell] = useState<Cell | null>(null);
  const [coloredBy, setColoredBy] = useState<ColoredBy>('experts');
  const names = useExpertNames(record);
  const { state, ask, stop } = useAlternatives(message, record.count);
  /** Whether what it might have been can be known: nothing tells of a server's answers. */
  const isOwn = message !== null && message.host === undefined;
  const alternatives = state.kind === 'ready' ? state.alternatives : null;
  const cell = chosen !== null && chosen.row < record.layers.length && chosen.expert < record.experts ? chosen : null;
  const layer = cell === null ? 0 : (record.layers[cell.row] ?? 0);

  const paint = useMemo((): TokenPaint | null => {
    if (coloredBy === 'confidence')
      return alternatives === null
        ? NO_PAINT
        : confidencePaint(alternatives, (probability) => t('color.says', { share: percent(probability) }));
    if (cell === null) return null;
    return expertPaint(record, cell.row, cell.expert, (share) => t('marked.says', { share: percent(share) }));
  }, [coloredBy, alternatives, cell, record, t]);

  function choose(next: Cell | null): void {
    setCell(next);
    if (next !== null) setColoredBy('experts'); // its words are to be seen
  }

  return {
    choice: { cell, onChoose: choose },
    names,
    paint,
    head: isOwn && (
      <>
        <ColorChoice
          value={coloredBy}
          onChange={(next) => {
            setColoredBy(next);
            if (next === 'confidence') ask();
          }}
        />
        {coloredBy === 'confidence' && <ConfidenceLegend />}
      </>
    ),
    intro:
      coloredBy === 'confidence' ? (
        <></> // the legend says it
      ) : cell === null ? undefined : (
        <p className="alike-intro">{t('marked.intro', { layer, expert: cell.expert })}</p>
      ),
    ofToken: (token, isChosen) =>
      isOwn && (
        <Rivals
          state={state}
          token={token}
          text={token === null ? '' : (record.texts[token] ?? '')}
          isChosen={isChosen}
          ask={ask}
          stop={stop}
        />
      ),
    foot: (token, routing) => (
      <>
        {token !== null && <TokenExperts routing={routing} token={token} names={names} asked={cell} onAsk={choose} />}
        <NamedExperts layers={record.layers} experts={record.experts} names={names} onAsk={choose} />
        {cell !== null && message !== null && (
          <ExpertCard
            record={record}
            model={message.model}
            cell={cell}
            onSteer={onSteer === null ? null : (how) => onSteer(cell, how)}
            onClose={() => setCell(null)}
          />
        )}
      </>
    ),
  };
}

/** Null while it is being written: it would be another one with each word. */
export function useFinishedAnswer(id: string | null): AssistantMessage | null {
  const found = useChat(({ path }) =>
    id === null ? undefined : path.find(({ message }) => message.id === id)?.message,
  );
  return found?.role === 'assistant' ? found : null;
}

import { Table2 } from 'lucide-react';
import {
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useState,
} from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { count } from '../layout/quantities.ts';
import { useShownTheme } from '../settings/use-theme.ts';
import { AlikeTokens } from './AlikeTokens.tsx';
import { type AnswerRouting, RoutingFollower } from './answer-routing.ts';
import { loadMap, tokenMap, visibleToken } from './expert-grid.ts';
import { ExpertMap } from './ExpertMap.tsx';
import { MapLegend } from './MapLegend.tsx';
import { MapPicture } from './MapPicture.tsx';
import type { RoutingRecord } from './routing-record.ts';
import { RoutingFigures } from './RoutingFigures.tsx';
import { RoutingTables } from './RoutingTables.tsx';
import { likenesses, nearestTokens } from './similarity.ts';
import { NONE_ALIKE, TokenList, type TokenListProps } from './TokenList.tsx';
import { useCellSentence } from './use-cell-sentence.ts';

interface RoutingBodyProps {
  readonly record: RoutingRecord;
  readonly isStreaming: boolean;
  /** Where it stands. */
  readonly view: RefObject<HTMLElement | null>;
  /** Told once, when it is drawn for the first time. */
  readonly onShown?: ((view: HTMLElement) => void) | undefined;
  /** More buttons at its foot. */
  readonly actions?: ReactNode;
  /** How the tokens are shown; default: in a list at the top. */
  readonly tokens?: (props: TokenListProps) => ReactNode;
}

/** So many of the tokens that are most like the chosen one are underlined. */
const MOST_ALIKE = 12;

/** All that the view shows of one answer; knows nothing of conversations. */
export const RoutingBody = memo(function RoutingBody({
  record,
  isStreaming,
  view,
  onShown,
  actions,
  tokens = listed,
}: RoutingBodyProps) {
  const tellShown = useEffectEvent(() => {
    if (view.current !== null) onShown?.(view.current);
  });
  useEffect(() => tellShown(), []);
  const { t } = useTranslation('routing');
  const theme = useShownTheme();
  const routing = useFollowed(record, isStreaming);
  const [hovered, setHovered] = useState<number | null>(null);
  const [selected, setSelected] = useState<number | null>(null);
  const [showsTables, setShowsTables] = useState(false);
  const tablesId = useId();
  /** Shows the token that was chosen last, and not the one that a resting mouse is still over. */
  const select = useCallback((next: number | null) => {
    setHovered(null);
    setSelected(next);
  }, []);

  const token = existing(hovered, record) ?? existing(selected, record);
  const chosen = existing(selected, record);
  const data = useMemo(
    () => (token === null ? loadMap(routing.load) : tokenMap(routing.vectors, token)),
    [routing, token],
  );
  const nearest = useMemo(
    () => (token === null ? [] : nearestTokens(routing.vectors, likenesses(routing.vectors, token), token, MOST_ALIKE)),
    [routing, token],
  );
  // Underlined for the chosen token only: what a mouse passes would make the whole text flicker.
  const underlined = useMemo(() => {
    if (chosen === null) return NONE_ALIKE;
    const alike = nearestTokens(routing.vectors, likenesses(routing.vectors, chosen), chosen, MOST_ALIKE);
    return new Map(alike.map(({ token: other, shared }) => [other, shared]));
  }, [routing, chosen]);
  const describe = useCellSentence(routing, data, token);
  const name = token === null ? null : visibleToken(record.texts[token] ?? '');
  const title =
    name === null
      ? t('map.titleAll', { count: record.count, formatted: count(record.count) })
      : t('map.titleTokenPlain', { token: name });

  return (
    <>
      {record.isIdsOnly === true && <p className="routing-note">{t('idsOnly', { experts: count(record.experts) })}</p>}
      {tokens({
        ...{ routing, theme, isStreaming },
        ...{ selected: chosen, hovered: token, alike: underlined },
        ...{ onSelect: select, onHover: setHovered },
      })}
      <AlikeTokens record={record} token={token} isChosen={token === chosen} nearest={nearest} onSelect={select} />
      <h2 className="routing-heading">
        {name === null ? (
          title
        ) : (
          <Trans t={t} i18nKey="map.titleToken" values={{ token: name }} components={{ code: <code /> }} />
        )}
      </h2>
      <ExpertMap
        data={data}
        label={title}
        describe={describe}
        hint={token === null ? t('map.hintAll') : t('map.hintToken', { used: record.used, experts: record.experts })}
        legend={<MapLegend data={data} />}
        actions={<MapPicture data={data} title={title} />}
      />
      <RoutingFigures routing={routing} />
      <div className="routing-actions">
        <button
          type="button"
          className="text-button"
          aria-expanded={showsTables}
          aria-controls={tablesId}
          onClick={() => setShowsTables(!showsTables)}
        >
          <Table2 size={16} />
          {t(showsTables ? 'table.hide' : 'table.show')}
        </button>
        {actions}
      </div>
      {/* For screen readers always, but for a growing answer, which would change under them all the time. */}
      <div id={tablesId} className={showsTables ? 'routing-tables' : 'visually-hidden'}>
        {(showsTables || !isStreaming) && <RoutingTables routing={routing} token={chosen} />}
      </div>
    </>
  );
});

function listed(props: TokenListProps): ReactNode {
  return <TokenList {...props} />;
}

/** A new object for each record, so that what depends on it knows. */
function useFollowed(record: RoutingRecord, isStreaming: boolean): AnswerRouting {
  const [follower] = useState(() => new RoutingFollower());
  return useMemo(() => follower.update(record, !isStreaming), [follower, record, isStreaming]);
}

/** Another answer in the same place may be shorter. */
function existing(token: number | null, { count }: RoutingRecord): number | null {
  return token !== null && token < count ? token : null;
}

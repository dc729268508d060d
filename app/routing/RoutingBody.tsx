import { ArrowDownWideNarrow, Footprints, Table2 } from 'lucide-react';
import {
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { lazyPart } from '../layout/lazy-part.tsx';
import { count } from '../layout/quantities.ts';
import { useShownTheme } from '../settings/use-theme.ts';
import { AlikeTokens } from './AlikeTokens.tsx';
import { type AnswerRouting, RoutingFollower } from './answer-routing.ts';
import { loadMap, tokenMap, visibleToken } from './expert-grid.ts';
import { ExpertMap, type MapChoice } from './ExpertMap.tsx';
import { useMotion } from './live/use-motion.ts';
import type { Cell } from './map-geometry.ts';
import { expertAt, laidOut, likenessOrder, type MapLayout, mapLayout } from './map-layout.ts';
import { MapLegend } from './MapLegend.tsx';
import { MapPicture } from './MapPicture.tsx';
import type { RoutingRecord } from './routing-record.ts';
import { RoutingFigures } from './RoutingFigures.tsx';
import { RoutingTables } from './RoutingTables.tsx';
import { likenesses, nearestTokens } from './similarity.ts';
import { NONE_ALIKE, TokenList, type TokenListProps } from './TokenList.tsx';
import type { TokenPaint } from './token-paint.ts';
import { useCellSentence } from './use-cell-sentence.ts';

const Tour = lazyPart(() => import('./tour/Tour.tsx'), ['routing']);

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
  /** The record as it is now, not as it was drawn last: what fires is shown as it comes. */
  readonly newest?: (() => RoutingRecord | null) | undefined;
  /** Whether it explains itself at once. */
  readonly startsTour?: boolean;
  /** More about the chosen token, below the map. */
  readonly renderToken?: (token: number | null) => ReactNode;
  /** What else can be asked of it, where it stands in the page. */
  readonly asking?: Asking | undefined;
}

export interface Asking {
  readonly choice: MapChoice;
  /** Names of experts, by their cells (row × experts + expert). */
  readonly names: ReadonlyMap<number, string>;
  /** In place of the colours by likeness. */
  readonly paint: TokenPaint | null;
  /** Above the tokens' own line: what the colours mean, and which they are. */
  readonly head: ReactNode;
  /** In place of the sentence on colours, while no token is pointed at. */
  readonly intro: ReactNode;
  /** Below the map. `token`: the chosen one. */
  foot(token: number | null, routing: AnswerRouting): ReactNode;
  /** On the token that is pointed at; `isChosen`: and not only passed by a mouse. */
  ofToken(token: number | null, isChosen: boolean): ReactNode;
}

/** So many of the tokens that are most like the chosen one are underlined. */
const MOST_ALIKE = 12;
/** Of fewer tokens there are no axes to sort along. */
const FEWEST_TO_SORT = 4;

/** All that the view shows of one answer; knows nothing of conversations. */
export const RoutingBody = memo(function RoutingBody({
  record,
  isStreaming,
  view,
  onShown,
  actions,
  tokens = listed,
  newest,
  startsTour = false,
  renderToken,
  asking,
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
  const [isSorted, setSorted] = useState(false);
  const tourButton = useRef<HTMLButtonElement>(null);
  const [isTouring, setTouring] = useTouring(startsTour);
  const canMove = useMotion();
  /** Shows the token that was chosen last, and not the one that a resting mouse is still over. */
  const select = useCallback((next: number | null) => {
    setHovered(null);
    setSelected(next);
  }, []);

  const token = existing(hovered, record) ?? existing(selected, record);
  const chosen = existing(selected, record);
  const { layers, experts, model } = record;
  // Axes that are fitted anew while the answer grows would turn the order about.
  const order = useMemo(
    () => (isSorted && !isStreaming ? likenessOrder(routing) : null),
    [routing, isSorted, isStreaming],
  );
  const layout = useMemo(
    () => mapLayout({ layers, experts, ...(model !== undefined && { model }) }, order),
    [layers, experts, model, order],
  );
  const names = asking?.names;
  const data = useMemo(() => {
    const map = laidOut(token === null ? loadMap(routing.load) : tokenMap(routing.vectors, token), layout);
    if (names === undefined || names.size === 0) return map;
    return { ...map, named: new Set([...names.keys()].map((cell) => layout.places[cell] ?? 0)) };
  }, [routing, token, layout, names]);
  const choice = useMapChoice(asking?.choice, layout);
  const isLive = isStreaming && token === null && newest !== undefined && canMove;
  const glow = useMemo(
    () => (isLive && newest !== undefined ? { record: newest, places: layout.places } : null),
    [isLive, newest, layout],
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
  const describe = useCellSentence(routing, data, layout, token, names);
  const name = token === null ? null : visibleToken(record.texts[token] ?? '');
  const title =
    name === null
      ? t(isLive ? 'map.titleLive' : 'map.titleAll', { count: record.count, formatted: count(record.count) })
      : t('map.titleTokenPlain', { token: name });
  const hint = isLive
    ? t('map.hintLive')
    : token === null
      ? t('map.hintAll')
      : t('map.hintToken', { used: record.used, experts: record.experts });

  return (
    <>
      {record.isIdsOnly === true && <p className="routing-note">{t('idsOnly', { experts: count(record.experts) })}</p>}
      {tokens({
        ...{ routing, theme, isStreaming },
        ...{ selected: chosen, hovered: token, alike: underlined },
        ...{ onSelect: select, onHover: setHovered, paint: asking?.paint ?? null },
      })}
      {isTouring && !isStreaming && (
        <Tour
          routing={routing}
          onSelect={select}
          onClose={() => {
            setTouring(false);
            select(null);
            tourButton.current?.focus();
          }}
        />
      )}
      {asking?.head}
      <AlikeTokens
        record={record}
        token={token}
        isChosen={token === chosen}
        nearest={nearest}
        intro={asking?.intro}
        onSelect={select}
      />
      {asking?.ofToken(token, token === chosen)}
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
        hint={hint}
        legend={<MapLegend data={data} isLive={isLive} />}
        glow={glow}
        choice={choice}
        actions={
          <>
            {!isStreaming && record.count >= FEWEST_TO_SORT && (
              <button
                type="button"
                className="icon-button"
                aria-pressed={isSorted}
                aria-label={t('map.sort')}
                data-tooltip={t('map.sort')}
                onClick={() => setSorted(!isSorted)}
              >
                <ArrowDownWideNarrow size={16} />
              </button>
            )}
            {!isStreaming && <MapPicture data={data} title={title} />}
          </>
        }
      />
      {renderToken?.(chosen)}
      {asking?.foot(chosen, routing)}
      <RoutingFigures routing={routing} />
      <div className="routing-actions">
        {!isStreaming && renderToken === undefined && (
          <button
            ref={tourButton}
            type="button"
            className="text-button"
            aria-expanded={isTouring}
            onClick={() => setTouring(!isTouring)}
          >
            <Footprints size={16} />
            {t('tour.open')}
          </button>
        )}
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

/** Opened by its button, or because it was asked for. */
function useTouring(isAsked: boolean): [boolean, (isOn: boolean) => void] {
  const [isTouring, setTouring] = useState(isAsked);
  const [wasAsked, setAsked] = useState(isAsked);
  if (isAsked !== wasAsked) {
    setAsked(isAsked);
    if (isAsked) setTouring(true);
  }
  return [isTouring, setTouring];
}

/** A dense layer's cell can be pointed at, but stands for no expert that could be asked. */
function useMapChoice(choice: MapChoice | undefined, layout: MapLayout): MapChoice | undefined {
  const [dense, setDense] = useState<Cell | null>(null);
  if (choice === undefined) return undefined;
  const { cell } = choice;
  const place = cell === null ? null : (layout.places[cell.row * layout.experts + cell.expert] ?? null);
  return {
    cell: place === null ? dense : { row: Math.floor(place / layout.experts), expert: place % layout.experts },
    onChoose(next) {
      const found = next === null ? null : expertAt(layout, next);
      setDense(found === null ? next : null);
      choice.onChoose(found === null ? null : { row: found.row, expert: found.expert });
    },
  };
}

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

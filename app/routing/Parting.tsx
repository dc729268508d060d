import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { count, percent } from '../layout/quantities.ts';
import type { PastAnswer } from '../state/chat-state.ts';
import { visibleToken } from './expert-grid.ts';
import { isComparable } from './compare-loads.ts';
import { isSame, whereExpertsPart, whereTheyPart } from './where-they-part.ts';

interface PartingProps {
  readonly a: PastAnswer;
  readonly b: PastAnswer;
}

/** Characters that are shown of what both begin with, and of how each goes on. */
const BEFORE = 120;
const AFTER = 160;

/** Where two answers part: in their words, and in the experts that wrote the same words. */
export function Parting({ a, b }: PartingProps) {
  const { t } = useTranslation('routing');
  const parting = useMemo(() => whereTheyPart(a, b), [a, b]);
  const { common, restA, restB, within, onlyReasoned, token } = parting;
  const characters = [...common].length;
  return (
    <section className="parting" aria-label={t('parting.title')}>
      <h3>{t('parting.title')}</h3>
      <p className="comparison-note">
        {onlyReasoned !== null && `${t('parting.onlyReasoned', { letter: t(`compare.${onlyReasoned}`) })} `}
        {isSame(parting)
          ? t('parting.same')
          : characters === 0
            ? t(`parting.atOnce.${within}`)
            : t(`parting.after.${within}`, { count: characters, formatted: count(characters) })}{' '}
        {token !== null && t('parting.token', { token: count(token + 1) })}
      </p>
      {!isSame(parting) && (
        <dl className="parting-texts">
          {characters > 0 && (
            <div>
              <dt>{t('parting.both')}</dt>
              <dd>{tail(common)}</dd>
            </div>
          )}
          <Rest side="a" letter={t('compare.a')} answer={a} text={restA} />
          <Rest side="b" letter={t('compare.b')} answer={b} text={restB} />
        </dl>
      )}
      <Experts a={a} b={b} />
    </section>
  );
}

interface RestProps {
  readonly side: 'a' | 'b';
  readonly letter: string;
  readonly answer: PastAnswer;
  readonly text: string;
}

function Rest({ side, letter, answer: { model, host }, text }: RestProps) {
  const { t } = useTranslation('routing');
  return (
    <div>
      <dt>
        <span className="compared-letter" data-side={side}>
          {letter}
        </span>
        {host === null ? t('parting.inTab', { model }) : t('parting.onServer', { model, host })}
      </dt>
      <dd>{text === '' ? <em>{t('parting.ends')}</em> : <mark data-side={side}>{head(text)}</mark>}</dd>
    </div>
  );
}

function Experts({ a, b }: PartingProps) {
  const { t } = useTranslation('routing');
  const [ofA, ofB] = [a.routing, b.routing];
  const experts = useMemo(
    () => (ofA === null || ofB === null || !isSameShape(ofA, ofB) ? null : whereExpertsPart(ofA, ofB)),
    [ofA, ofB],
  );
  if (experts === null || experts.tokens === 0 || ofA === null) return null;
  const { tokens, agree, first } = experts;
  return (
    <p className="comparison-note">
      {first === null
        ? t('parting.sameExperts', { count: tokens, formatted: count(tokens) })
        : t('parting.experts', {
            token: count(first.token + 1),
            text: visibleToken(ofA.texts[first.token] ?? ''),
            layer: first.layer,
            a: first.a.join(', '),
            b: first.b.join(', '),
            agree: percent(agree),
          })}
    </p>
  );
}

function isSameShape(a: NonNullable<PastAnswer['routing']>, b: NonNullable<PastAnswer['routing']>): boolean {
  return isComparable({ shape: a }, { shape: b });
}

function tail(text: string): string {
  const characters = [...text];
  return characters.length <= BEFORE ? text : `…${characters.slice(-BEFORE).join('')}`;
}

function head(text: string): string {
  const characters = [...text.slice(0, 4 * AFTER)];
  return characters.length <= AFTER ? text : `${characters.slice(0, AFTER).join('')}…`;
}

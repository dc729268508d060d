import { useTranslation } from 'react-i18next';
import { count, decimal } from '../../layout/quantities.ts';
import { favouriteWords } from './favourites.ts';
import type { SampleState } from './use-sample.ts';

const SHOWN = 12;

/** Words that an expert prefers, with how often it had them, and how much more than chance that is. */
export function FavouriteWords({ state }: { readonly state: SampleState }) {
  const { t } = useTranslation('experts');
  if (state.kind === 'reading')
    return (
      <p className="expert-card-note" role="status">
        {t('words.reading')}
      </p>
    );
  if (state.kind === 'failed')
    return (
      <p className="expert-card-note" role="status">
        {t('words.failed')}
      </p>
    );
  const { sample, source } = state;
  const favourites = favouriteWords(sample, SHOWN);
  const most = Math.log2(favourites[0]?.lift ?? 2);
  const basis = { tokens: count(sample.tokens), chosen: count(sample.chosen) };
  return (
    <>
      {favourites.length === 0 ? (
        <p className="expert-card-note">{t(source.kind === 'shipped' ? 'words.noneShipped' : 'words.none')}</p>
      ) : (
        <ol className="favourite-words" aria-label={t('words.title')}>
          {favourites.map(({ word, lift, chosen, of }) => (
            <li key={word}>
              <code>{word}</code>
              <span className="favourite-bar" aria-hidden="true">
                <i style={{ width: `${Math.max(4, (100 * Math.log2(lift)) / most)}%` }} />
              </span>
              <b>{t('words.lift', { lift: decimal(lift, 1) })}</b>
              <span className="favourite-count">{t('words.count', { chosen: count(chosen), of: count(of) })}</span>
            </li>
          ))}
        </ol>
      )}
      <p className="expert-card-note">
        {source.kind === 'shipped'
          ? t('words.basisShipped', { ...basis, prompts: count(source.prompts) })
          : t(source.conversations === null ? 'words.basisHere' : 'words.basisAll', {
              ...basis,
              answers: count(source.answers),
              conversations: count(source.conversations ?? 1),
            })}{' '}
        {source.kind === 'answers' && source.isCut && `${t('words.cut')} `}
        {favourites.length > 0 && t('words.method')}
      </p>
    </>
  );
}

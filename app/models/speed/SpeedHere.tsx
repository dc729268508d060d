import { useTranslation } from 'react-i18next';
import { useSpeedHere, type SpeedAsked } from './use-speed-here.ts';

/** "about 25 to 40 tokens/s here", once answers of this device allow to say so; else nothing. */
export function SpeedHere(asked: SpeedAsked) {
  const words = useSpeedHere(asked);
  return words === null ? null : <span className="speed-here">{words}</span>;
}

/** Where such words come from, below a list in which some stand. */
export function SpeedNote() {
  const { t } = useTranslation('models');
  return <p className="panel-note">{t('speed.note')}</p>;
}

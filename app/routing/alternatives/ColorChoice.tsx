import { useTranslation } from 'react-i18next';
import { useShownTheme } from '../../settings/use-theme.ts';
import { Segmented } from '../../settings/Segmented.tsx';
import { LEVELS, MARKS } from './confidence.ts';

/** What the colours of the words say. */
export type ColoredBy = 'experts' | 'confidence';

interface ColorChoiceProps {
  readonly value: ColoredBy;
  onChange(value: ColoredBy): void;
}

export function ColorChoice({ value, onChange }: ColorChoiceProps) {
  const { t } = useTranslation('experts');
  return (
    <div className="color-choice">
      <span aria-hidden="true">{t('color.label')}</span>
      <Segmented<ColoredBy>
        label={t('color.label')}
        value={value}
        options={[
          { value: 'experts', label: t('color.experts') },
          { value: 'confidence', label: t('color.confidence') },
        ]}
        onChange={onChange}
      />
    </div>
  );
}

/** How words are marked by confidence. */
export function ConfidenceLegend() {
  const { t } = useTranslation('experts');
  const theme = useShownTheme();
  return (
    <p className="confidence-legend">
      {t('color.intro')}{' '}
      {LEVELS.map((level) => {
        const { ground, line } = MARKS[level];
        return (
          <span
            key={level}
            style={{
              ...(ground !== null && { backgroundColor: ground[theme] }),
              ...(line !== null && { textDecorationLine: 'underline', textDecorationStyle: line }),
            }}
          >
            {t(`color.${level}`)}
          </span>
        );
      })}
    </p>
  );
}

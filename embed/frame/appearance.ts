/** Theme, colours, font and language of the frame, as the host wants them; each value is checked before it is used. */
import { useEffect } from 'react';
import { chooseLanguage } from '../../app/i18n/i18n.ts';
import { matchLanguage } from '../../app/i18n/languages.ts';
import { isDarkColor } from '../color.ts';
import type { EmbedOptions } from '../protocol.ts';

export function useAppearance({ theme, style, lang }: EmbedOptions): void {
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      const root = document.documentElement;
      const ground = isDarkColor(style?.background ?? '');
      const isDark = ground ?? (theme === 'dark' || (theme !== 'light' && dark.matches));
      root.dataset['theme'] = isDark ? 'dark' : 'light';
      for (const name of ['--accent', '--accent-hover', '--on-accent', '--bg', '--surface', '--radius', '--font']) {
        root.style.removeProperty(name);
      }
      for (const [name, value] of properties(style)) root.style.setProperty(name, value);
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme, style]);

  useEffect(() => {
    void chooseLanguage(lang === undefined ? null : matchLanguage([lang, ...navigator.languages]));
  }, [lang]);
}

function properties(style: EmbedOptions['style']): [string, string][] {
  const { accent = '', radius = '', font = '', background = '' } = style ?? {};
  const isColor = (value: string): boolean => value !== '' && CSS.supports('color', value) && !value.includes('var(');
  return [
    ...(isColor(accent)
      ? ([
          ['--accent', accent],
          ['--accent-hover', accent],
          ['--on-accent', isDarkColor(accent) === false ? '#000' : '#fff'],
        ] as [string, string][])
      : []),
    ...(isColor(background)
      ? ([
          ['--bg', background],
          ['--surface', background],
        ] as [string, string][])
      : []),
    ...(CSS.supports('border-radius', radius) && /^[\d.]+[a-z%]*$/i.test(radius)
      ? ([['--radius', radius]] as [string, string][])
      : []),
    // Families alone: a shorthand may hold more.
    ...(/^[\w\s,'"-]+$/.test(font) ? ([['--font', `${font}, sans-serif`]] as [string, string][]) : []),
  ];
}

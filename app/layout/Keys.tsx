import { useTranslation } from 'react-i18next';
import { type KeyCombination, keyNames, platform } from './shortcuts.ts';

/** What Apple prints on its keys. */
const SYMBOLS = { command: '⌘', option: '⌥', shift: '⇧', control: '⌃', alt: '⌥', escape: 'esc' } as const;

/** A key combination as it is called on this platform; symbols are named for those who hear them. */
export function Keys({ keys }: { readonly keys: KeyCombination }) {
  const { t } = useTranslation('layout');
  const isApple = platform() === 'apple';
  return (
    <span className="keys">
      {keyNames(keys).map((name) => {
        if (typeof name !== 'string') {
          return (
            <kbd key={name.key} translate="no">
              {name.key}
            </kbd>
          );
        }
        const word = t(`keys.${name}`);
        if (!isApple || name === 'escape') return <kbd key={name}>{word}</kbd>;
        return (
          <kbd key={name}>
            <span aria-hidden="true">{SYMBOLS[name]}</span>
            <span className="visually-hidden">{word}</span>
          </kbd>
        );
      })}
    </span>
  );
}

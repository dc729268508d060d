import '../layout/menu.css';
import * as Menu from '@radix-ui/react-dropdown-menu';
import { Brain } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { MenuCheck } from '../layout/MenuCheck.tsx';
import { ownSettings } from '../state/effective-settings.ts';
import { useAnsweringModel } from '../server/use-server.ts';
import { useChat } from '../state/stores.tsx';
import { modeFor } from '../state/thinking.ts';
import { useEffectiveSettings } from '../state/use-effective-settings.ts';

/** Modes that have words of their own; a template may know others. */
const NAMED = ['off', 'on', 'low', 'medium', 'high', 'max'] as const;

/** How the model is to think in this conversation. Nothing where its template listens to no such wish. */
export function ThinkingButton() {
  const { t } = useTranslation('chat');
  const support = useAnsweringModel()?.thinking ?? null;
  const own = useChat(ownSettings);
  const { thinking: wish } = useEffectiveSettings();
  const setOwn = useChat((state) => state.setConversationSettings);
  if (support === null || support.modes.length === 0) return null;
  const chosen = modeFor(support, wish);
  const mode = chosen ?? support.usual;
  const nameOf = (each: string): string => {
    const known = NAMED.find((name) => name === each);
    return known === undefined ? each : t(`thinking.modes.${known}`);
  };
  const choose = (thinking: string): void => void setOwn({ ...own, thinking });
  const label = t('thinking.name', { mode: mode === null ? t('thinking.unknown') : nameOf(mode) });
  const button = {
    type: 'button' as const,
    className: 'choice thinking',
    'aria-label': label,
    title: label,
    'data-on': mode !== 'off',
  };
  const face = (
    <>
      <Brain size={16} aria-hidden="true" />
      <span>{mode === null || mode === 'on' ? t('thinking.title') : label}</span>
    </>
  );
  // On and off need no menu.
  if (support.modes.every((each) => each === 'on' || each === 'off')) {
    const isOn = mode !== 'off';
    return (
      <button
        {...button}
        aria-label={t('thinking.title')}
        aria-pressed={isOn}
        onClick={() => choose(isOn ? 'off' : 'on')}
      >
        {face}
      </button>
    );
  }
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <button {...button}>{face}</button>
      </Menu.Trigger>
      <Menu.Content className="menu" side="top" align="start" sideOffset={4} collisionPadding={8}>
        <Menu.Label className="menu-label">{t('thinking.title')}</Menu.Label>
        <Menu.RadioGroup value={mode ?? ''} onValueChange={choose}>
          {support.modes.map((each) => (
            <Menu.RadioItem key={each} className="menu-item" value={each}>
              <MenuCheck />
              <span className="menu-text">
                {nameOf(each)}
                {each === support.usual && <span>{t('thinking.usual')}</span>}
              </span>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Content>
    </Menu.Root>
  );
}

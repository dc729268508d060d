import { Bot, MessageSquareQuote, SlidersHorizontal } from 'lucide-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useServer } from '../server/use-server.ts';
import { effectiveSettings, modelSampling, ownSettings } from '../state/effective-settings.ts';
import { useChat, useModel, useSettings } from '../state/stores.tsx';

interface ConversationChoicesProps {
  onOpenSettings(): void;
  onOpenModel(): void;
}

/** What this conversation has chosen otherwise than the settings for all: each a small button that leads there. */
export function ConversationChoices({ onOpenSettings, onOpenModel }: ConversationChoicesProps) {
  const { t } = useTranslation('chat');
  const chosen = useSettings((state) => state.sampling);
  const everywhere = effectiveSettings(useModel(modelSampling), chosen, null);
  const own = useChat(ownSettings);
  const model = useChat((state) => state.current?.model?.name ?? null);
  const loaded = useModel(({ status }) => (status.kind === 'ready' ? status.info.name : null));
  const differing = Object.entries(own ?? {})
    // How it thinks has a button of its own.
    .filter(([name]) => name !== 'thinking')
    .filter(([name, value]) => value !== undefined && value !== everywhere[name as keyof typeof everywhere])
    .map(([name]) => name);
  const hasOwnPrompt = differing.includes('systemPrompt');
  const hasOwnSampling = differing.some((name) => name !== 'systemPrompt');
  // A server is named above.
  const isServer = useServer() !== null;
  const hasOtherModel = !isServer && model !== null && loaded !== null && model !== loaded;
  if (!hasOwnPrompt && !hasOwnSampling && !hasOtherModel) return null;
  return (
    <div className="choices" role="group" aria-label={t('chips.name')}>
      {hasOwnPrompt && <Choice icon={MessageSquareQuote} label={t('chips.systemPrompt')} onClick={onOpenSettings} />}
      {hasOwnSampling && <Choice icon={SlidersHorizontal} label={t('chips.sampling')} onClick={onOpenSettings} />}
      {hasOtherModel && <Choice icon={Bot} label={t('chips.model', { name: model })} onClick={onOpenModel} />}
    </div>
  );
}

interface ChoiceProps {
  readonly icon: ComponentType<{ readonly size: number; readonly 'aria-hidden': boolean }>;
  readonly label: string;
  onClick(): void;
}

function Choice({ icon: Icon, label, onClick }: ChoiceProps) {
  return (
    <button type="button" className="choice" onClick={onClick}>
      <Icon size={14} aria-hidden />
      <span>{label}</span>
    </button>
  );
}

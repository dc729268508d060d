import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from './ActionButton.tsx';
import { useCopy } from './use-copy.ts';

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
}

export function CopyButton({ text, label }: CopyButtonProps) {
  const { t } = useTranslation('chat');
  const { copied, copy } = useCopy();
  return (
    <>
      <ActionButton label={label} icon={copied ? Check : Copy} onClick={() => void copy(text)} />
      <span className="visually-hidden" role="status">
        {copied ? t('actions.copied') : ''}
      </span>
    </>
  );
}

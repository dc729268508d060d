import './steer.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssistantMessage } from '../state/conversation.ts';
import { ComparisonDialog } from './ComparisonDialog.tsx';
import { steeringChanges } from './steering-words.ts';

interface SteeredNoteProps {
  readonly message: AssistantMessage;
  readonly isOver: boolean;
}

/** Says plainly that experts were chosen otherwise, and leads to both answers side by side. */
export default function SteeredNote({ message, isOver }: SteeredNoteProps) {
  const { t } = useTranslation('routing');
  const [isComparing, setComparing] = useState(false);
  const { steering, routing } = message;
  if (steering === undefined) return null;
  const changes = steeringChanges(t, steering.routing).map(({ words }) => words);
  return (
    <div className="steered-note">
      <p>{t('steer.made', { changes: changes.join(', ') })}</p>
      {isOver && (
        <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => setComparing(true)}>
          {t('steer.compare')}
        </button>
      )}
      <ComparisonDialog
        record={routing}
        messageId={message.id}
        withId={steering.insteadOf}
        isOpen={isComparing}
        onClose={() => setComparing(false)}
      />
    </div>
  );
}

import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FactList } from '../layout/FactList.tsx';
import { count, duration, perSecond } from '../layout/quantities.ts';
import type { AnswerTimings, AssistantMessage } from '../state/conversation.ts';

/** What drawing the page and calling the worker take is no part of a model's speed. */
const UNNOTICED_MS = 500;

interface AnswerFactsProps {
  readonly message: AssistantMessage;
  readonly namesModel: boolean;
}

/** What an answer took: a line, and all figures on demand. While it streams, how fast it is. */
export function AnswerFacts({ message, namesModel }: AnswerFactsProps) {
  const { status } = message;
  if (status.kind === 'streaming') {
    const ms = performance.now() - status.since;
    // What a server sends at once may be more than a token.
    const isCounted = message.host === undefined && status.tokens > 1 && ms > 0;
    return <p className="answer-facts">{isCounted && perSecond(status.tokens - 1, ms)}</p>;
  }
  if (status.kind === 'done') {
    return <FinishedFacts message={message} timings={status.timings} namesModel={namesModel} />;
  }
  return namesModel && message.model !== '' ? <p className="answer-facts">{message.model}</p> : null;
}

interface FinishedFactsProps extends AnswerFactsProps {
  readonly timings: AnswerTimings;
}

function FinishedFacts({ message, timings, namesModel }: FinishedFactsProps) {
  const { t } = useTranslation('chat');
  const [isOpen, setOpen] = useState(false);
  const details = useId();
  const { promptTokens, reusedTokens, outputTokens, decodeMs } = timings;
  const firstTokenMs = waitOf(timings);
  const facts = [
    ...(namesModel && message.model !== '' ? [message.model] : []),
    ...(outputTokens > 1 && decodeMs > 0 ? [perSecond(outputTokens, decodeMs)] : []),
    // Servers that do not count have none.
    ...(outputTokens > 0 || message.host === undefined
      ? [t('facts.tokens', { count: outputTokens, formatted: count(outputTokens) })]
      : []),
    ...(firstTokenMs > 0 ? [t('facts.firstToken', { time: duration(firstTokenMs) })] : []),
    // Most servers do not say how much they reused.
    ...(promptTokens > 0 && (reusedTokens > 0 || message.host === undefined)
      ? [t('facts.reused', { reused: count(reusedTokens), total: count(promptTokens) })]
      : []),
  ];
  return (
    <div className="answer-figures">
      <p className="answer-facts">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        <button
          type="button"
          className="icon-button"
          aria-label={t('facts.more')}
          title={t('facts.more')}
          aria-expanded={isOpen}
          aria-controls={details}
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight size={14} className="chevron" aria-hidden="true" />
        </button>
      </p>
      <div id={details} hidden={!isOpen}>
        {isOpen && <FactTable message={message} timings={timings} />}
      </div>
    </div>
  );
}

/** The engine's own figure, but where the question waited elsewhere too: for a count of its tokens, or for another answer. */
function waitOf({ prefillMs, firstTokenMs = prefillMs }: AnswerTimings): number {
  return firstTokenMs - prefillMs > UNNOTICED_MS ? firstTokenMs : prefillMs;
}

/** All figures, each with its name. */
function FactTable({ message, timings }: Omit<FinishedFactsProps, 'namesModel'>) {
  const { t, i18n } = useTranslation('chat');
  const { promptTokens, reusedTokens, prefillMs, outputTokens, decodeMs } = timings;
  const read = promptTokens - reusedTokens;
  const tokens = (value: number): string => t('facts.tokens', { count: value, formatted: count(value) });
  const rows: [string, string][] = [
    [t('facts.model'), message.model],
    [
      t('facts.time'),
      new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(message.createdAt),
    ],
    ...(message.host === undefined || promptTokens > 0
      ? ([
          [t('facts.prompt'), tokens(promptTokens)],
          [t('facts.reusedName'), tokens(reusedTokens)],
          [t('facts.reading'), figures(tokens(read), read, prefillMs)],
          [t('facts.writing'), figures(tokens(outputTokens), outputTokens, decodeMs)],
        ] as [string, string][])
      : []),
  ];
  return <FactList facts={rows} className="fact-table" />;

  function figures(words: string, amount: number, ms: number): string {
    if (amount === 0 || ms === 0) return words;
    return t('facts.inTime', { tokens: words, time: duration(ms), speed: perSecond(amount, ms) });
  }
}

import { useTranslation } from 'react-i18next';
import { FactList } from '../layout/FactList.tsx';
import { count, duration, perSecond } from '../layout/quantities.ts';
import type { AnswerTimings, AssistantMessage } from '../state/conversation.ts';

/** What drawing the page and calling the worker take is no part of a model's speed. */
const UNNOTICED_MS = 500;

interface AnswerSpeedProps {
  readonly message: AssistantMessage;
  /** Where several models answer in one conversation. */
  readonly namesModel: boolean;
}

/** How fast an answer was written, or is being written. */
export function AnswerSpeed({ message, namesModel }: AnswerSpeedProps) {
  const speed = speedOf(message);
  const facts = [...(namesModel && message.model !== '' ? [message.model] : []), ...(speed === null ? [] : [speed])];
  if (facts.length === 0) return null;
  return (
    <p className="answer-facts">
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </p>
  );
}

function speedOf({ status, host }: AssistantMessage): string | null {
  if (status.kind === 'streaming') {
    const ms = performance.now() - status.since;
    // What a server sends at once may be more than a token.
    return host === undefined && status.tokens > 1 && ms > 0 ? perSecond(status.tokens - 1, ms) : null;
  }
  if (status.kind !== 'done') return null;
  const { outputTokens, decodeMs } = status.timings;
  return outputTokens > 1 && decodeMs > 0 ? perSecond(outputTokens, decodeMs) : null;
}

/** The engine's own figure, but where the question waited elsewhere too: for a count of its tokens, or for another answer. */
function waitOf({ prefillMs, firstTokenMs = prefillMs }: AnswerTimings): number {
  return firstTokenMs - prefillMs > UNNOTICED_MS ? firstTokenMs : prefillMs;
}

/** All figures of an answer, each with its name. */
export function AnswerFigures({ message }: { readonly message: AssistantMessage }) {
  const { t, i18n } = useTranslation('chat');
  const timings = message.status.kind === 'done' ? message.status.timings : null;
  const tokens = (value: number): string => t('facts.tokens', { count: value, formatted: count(value) });
  const rows: [string, string][] = [
    ...(message.model === '' ? [] : ([[t('facts.model'), message.model]] as [string, string][])),
    [
      t('facts.time'),
      new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(message.createdAt),
    ],
    ...(timings === null ? [] : figuresOf(timings)),
  ];
  return <FactList facts={rows} className="fact-table" />;

  function figuresOf(known: AnswerTimings): [string, string][] {
    const { promptTokens, reusedTokens, prefillMs, outputTokens, decodeMs } = known;
    const read = promptTokens - reusedTokens;
    const firstTokenMs = waitOf(known);
    const isLocal = message.host === undefined;
    return [
      ...(isLocal || promptTokens > 0 ? [row(t('facts.prompt'), tokens(promptTokens))] : []),
      // Most servers do not say how much they reused.
      ...(promptTokens > 0 && (reusedTokens > 0 || isLocal) ? [row(t('facts.reusedName'), tokens(reusedTokens))] : []),
      ...(isLocal || promptTokens > 0 ? [row(t('facts.reading'), figures(tokens(read), read, prefillMs))] : []),
      ...(firstTokenMs > 0 ? [row(t('facts.firstToken'), duration(firstTokenMs))] : []),
      // Servers that do not count have none.
      ...(outputTokens > 0 || isLocal
        ? [row(t('facts.writing'), figures(tokens(outputTokens), outputTokens, decodeMs))]
        : []),
    ];
  }

  function figures(words: string, amount: number, ms: number): string {
    if (amount === 0 || ms === 0) return words;
    return t('facts.inTime', { tokens: words, time: duration(ms), speed: perSecond(amount, ms) });
  }
}

function row(name: string, value: string): [string, string] {
  return [name, value];
}

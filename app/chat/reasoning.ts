/** Tells a model's reasoning (`<think>…</think>`) from its answer, also while half of it has arrived. */

const OPEN = '<think>';
const CLOSE = '</think>';

export interface AnswerParts {
  /** Null where the model did not reason. */
  readonly reasoning: string | null;
  /** Whether the reasoning still goes on. */
  readonly isReasoning: boolean;
  readonly answer: string;
}

/** `isStreaming`: more text may follow, so a tag that has arrived in part is held back. */
export function splitReasoning(content: string, isStreaming: boolean): AnswerParts {
  const start = content.trimStart();
  if (isStreaming && start !== '' && OPEN.startsWith(start)) return { reasoning: null, isReasoning: false, answer: '' };
  const close = content.indexOf(CLOSE);
  if (!start.startsWith(OPEN)) {
    // R1's template opens the block itself, so that only the closing tag is in the text.
    if (close < 0) return { reasoning: null, isReasoning: false, answer: content };
    return finished(content.slice(0, close), content.slice(close + CLOSE.length));
  }
  const inner = content.length - start.length + OPEN.length;
  if (close >= 0) return finished(content.slice(inner, close), content.slice(close + CLOSE.length));
  const reasoning = content.slice(inner);
  return {
    reasoning: (isStreaming ? withoutPartialTag(reasoning) : reasoning).trim(),
    isReasoning: isStreaming,
    answer: '',
  };
}

function finished(reasoning: string, answer: string): AnswerParts {
  const trimmed = reasoning.trim();
  return { reasoning: trimmed === '' ? null : trimmed, isReasoning: false, answer: answer.trimStart() };
}

function withoutPartialTag(text: string): string {
  const at = text.lastIndexOf('<');
  return at >= 0 && CLOSE.startsWith(text.slice(at)) ? text.slice(0, at) : text;
}

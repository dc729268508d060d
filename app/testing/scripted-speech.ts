/** Manners of speaking for the fake engine: what a model of each family writes, letter for letter, read as the engine reads it. */
import type { ThinkingSupport } from '../../engine/api.ts';
import { type AnswerFormat, HARMONY_MARKS, type TaggedFormat } from '../../engine/tokenizer/answer-format.ts';

export interface ScriptedSpeech {
  readonly format: AnswerFormat;
  /** How the prompt ends. */
  readonly promptEnd: string;
  readonly thinking: ThinkingSupport;
}

const TOOL_CALL = { channel: 'tool-call', open: '<tool_call>', close: '</tool_call>', ending: '</tool_call>' } as const;

function marked(open: string, close: string, areControls = false, label?: string): TaggedFormat {
  const reasoning = { channel: 'reasoning', open, close, ending: `\n${close}\n\n`, ...(label && { label }) } as const;
  return { kind: 'tagged', blocks: [reasoning, TOOL_CALL], controls: new Set(areControls ? [open, close] : []) };
}

const NO_SWITCH: ThinkingSupport = { reasons: true, modes: [], usual: null };
const ON_OFF: ThinkingSupport = { reasons: true, modes: ['off', 'on'], usual: 'on' };
const EFFORTS: ThinkingSupport = { reasons: true, modes: ['low', 'medium', 'high'], usual: 'medium' };

export const PLAIN_SPEECH: ScriptedSpeech = {
  format: marked('<think>', '</think>'),
  promptEnd: 'assistant\n',
  thinking: { reasons: false, modes: [], usual: null },
};

export const SPEECHES = {
  /** Qwen3: the model writes both marks. */
  think: { format: marked('<think>', '</think>'), promptEnd: 'assistant\n', thinking: ON_OFF },
  /** Qwen3.5 and many others: the template has opened the block. */
  opened: { format: marked('<think>', '</think>'), promptEnd: 'assistant\n<think>\n', thinking: ON_OFF },
  control: { format: marked('<think>', '</think>', true), promptEnd: 'assistant\n', thinking: NO_SWITCH },
  mistral: { format: marked('[THINK]', '[/THINK]', true), promptEnd: '[/INST]', thinking: NO_SWITCH },
  minimax: { format: marked('<mm:think>', '</mm:think>'), promptEnd: ']~b]ai\n<mm:think>\n', thinking: NO_SWITCH },
  seed: { format: marked('<seed:think>', '</seed:think>', true), promptEnd: 'assistant\n', thinking: NO_SWITCH },
  kimi: { format: marked('◁think▷', '◁/think▷'), promptEnd: 'assistant<|im_middle|>', thinking: NO_SWITCH },
  cohere: {
    format: marked('<|START_THINKING|>', '<|END_THINKING|>', true),
    promptEnd: '<|CHATBOT_TOKEN|><|START_THINKING|>',
    thinking: ON_OFF,
  },
  gemma: {
    format: marked('<|channel>', '<channel|>', true, 'thought'),
    promptEnd: '<|turn>model\n',
    thinking: { ...ON_OFF, usual: 'off' },
  },
  harmony: {
    format: { kind: 'harmony', controls: new Set(HARMONY_MARKS) },
    promptEnd: '<|end|><|start|>assistant',
    thinking: EFFORTS,
  },
} satisfies Record<string, ScriptedSpeech>;

export type SpeechName = keyof typeof SPEECHES;

const THOUGHT = 'Five apples, and `</think>` is only a word here.';
const SAID = 'You have **five** apples.';
const between = (open: string, close: string): string => `${open}\n${THOUGHT}\n${close}\n\n${SAID}`;

/** The same thought and answer from each. */
export const SPOKEN: Readonly<Record<SpeechName, string>> = {
  think: between('<think>', '</think>'),
  opened: `${THOUGHT}\n</think>\n\n${SAID}`,
  control: between('<think>', '</think>').replace('`</think>`', '`</thought>`'),
  mistral: between('[THINK]', '[/THINK]'),
  minimax: `${THOUGHT}\n</mm:think>\n\n${SAID}`,
  seed: between('<seed:think>', '</seed:think>'),
  kimi: between('◁think▷', '◁/think▷'),
  cohere: `${THOUGHT}<|END_THINKING|>${SAID}`,
  gemma: `<|channel>thought\n${THOUGHT}<channel|>${SAID}`,
  harmony: `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${SAID}<|return|>`,
};

export const SPOKEN_CALL =
  '<think>\nI need the weather.\n</think>\n\nLet me look.\n<tool_call>\n{"name": "weather", "arguments": {"at": "Paris"}}\n</tool_call>';

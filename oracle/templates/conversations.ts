// Conversations and settings that collected templates are tried with.
import type { Data } from '../../engine/jinja/data.ts';

type Message = Readonly<Record<string, Data>>;

const TOOLS: Data = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'Tells the weather of a "place".\nIn °C.',
      parameters: {
        type: 'object',
        properties: {
          place: { type: 'string', description: 'A town, e.g. Zürich' },
          days: { type: 'integer', description: 'From now', enum: [1, 2, 3] },
          units: { type: ['string', 'null'], default: null },
        },
        required: ['place'],
      },
    },
  },
  {
    type: 'function',
    function: { name: 'now', description: 'The time', parameters: { type: 'object', properties: {} } },
  },
];

const CALL: Message = {
  role: 'assistant',
  content: '',
  tool_calls: [
    { id: 'call00001', type: 'function', function: { name: 'weather', arguments: { place: 'Zürich', days: 2 } } },
  ],
};

export const CONVERSATIONS: Readonly<Record<string, readonly Message[]>> = {
  question: [{ role: 'user', content: 'Hi' }],
  system: [
    { role: 'system', content: '  Be kind.\n' },
    { role: 'user', content: 'What is 2 + 2?' },
  ],
  turns: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: ' Hello!\n' },
    { role: 'user', content: 'How are you?  ' },
    { role: 'assistant', content: 'Fine.' },
    { role: 'user', content: '\nBye' },
  ],
  answered: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Say A' },
    { role: 'assistant', content: 'A' },
  ],
  reasoning: [
    { role: 'system', content: 'Think.' },
    { role: 'user', content: '17 * 3?' },
    {
      role: 'assistant',
      content: '51',
      reasoning_content: 'Ten times three,\nand seven times three.',
      thinking: 'Ten times three,\nand seven times three.',
    },
    { role: 'user', content: 'And 17 * 4?' },
    { role: 'assistant', content: '68', reasoning_content: '51 + 17', thinking: '51 + 17' },
    { role: 'user', content: 'Thanks' },
  ],
  inline: [
    { role: 'user', content: 'Why?' },
    { role: 'assistant', content: '<think>\nHm, </think> is a tag.\n</think>\n\nBecause.' },
    { role: 'user', content: 'Really </think>? <b>"quoted"</b> & \'so\' {{ x }} {% y %} \\n' },
  ],
  unicode: [
    { role: 'system', content: '東京 🌍 é é ß\u200b' },
    { role: 'user', content: '👩‍👩‍👧 \ud83c\udf0d Привет\u2028مرحبا\ttab\r\nline' },
    { role: 'assistant', content: 'نعم 🜁' },
    { role: 'user', content: '…' },
  ],
  calls: [
    { role: 'system', content: 'Use tools.' },
    { role: 'user', content: 'Weather in Zürich?' },
    CALL,
    { role: 'tool', name: 'weather', tool_call_id: 'call00001', content: '{"t": 21.5, "wind": null}' },
    { role: 'assistant', content: '21.5 °C' },
    { role: 'user', content: 'And the time?' },
  ],
  'open call': [
    { role: 'user', content: 'Weather?' },
    { ...CALL, content: 'Let me see.', reasoning_content: 'I need a tool.', thinking: 'I need a tool.' },
    { role: 'tool', name: 'weather', tool_call_id: 'call00001', content: 'rain' },
  ],
  empty: [
    { role: 'system', content: '' },
    { role: 'user', content: '' },
    { role: 'assistant', content: '' },
    { role: 'user', content: ' ' },
  ],
};

export const SETTINGS: Readonly<Record<string, Readonly<Record<string, Data>>>> = {
  plain: { add_generation_prompt: true },
  closed: { add_generation_prompt: false },
  thinking: { add_generation_prompt: true, enable_thinking: true, thinking: true },
  'no thinking': { add_generation_prompt: true, enable_thinking: false, thinking: false },
  effort: { add_generation_prompt: true, reasoning_effort: 'high', thinking_budget: 512 },
  tools: { add_generation_prompt: true, tools: TOOLS },
};

export interface TemplateCase {
  /** `question, tools` */
  readonly name: string;
  readonly variables: Readonly<Record<string, Data>>;
}

export const TEMPLATE_CASES: readonly TemplateCase[] = Object.entries(CONVERSATIONS).flatMap(
  ([conversation, messages]) =>
    Object.entries(SETTINGS).map(([setting, variables]) => ({
      name: `${conversation}, ${setting}`,
      variables: { messages, bos_token: '<s>', eos_token: '</s>', tools: null, documents: null, ...variables },
    })),
);

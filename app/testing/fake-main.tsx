/**
 * Mounts the page on the fake engine. `?load=slow|error|held`, `?answer=error`, `?engine=silent`, `?bundled=none` show the other states;
 * `?sample=rich|long|many` writes conversations first; `?pace=0` is the time of a token in milliseconds. Of models: `?stored=some`,
 * `?gpu=yes`, `?download=error`, `?fit=shorter|gpu|storage|unsupported`. `?routing=58x256x8` routes
 * like a model of so many layers and experts, of which a token uses so many. `?stream=plain|list|…` answers with one of the long
 * answers, all but its last kilobytes at once; `?hostile=NAME` with one that was made to hold the page. `?speech=harmony|gemma|…` speaks
 * as models of that family do, with a call of a tool where the question is of the weather.
 */
import type { EngineErrorData } from '../../engine/api.ts';
import { mount } from '../mount.tsx';
import { openConversationsDb } from '../state/conversations-db.ts';
import { createFakeEngine, pieces } from './fake-engine.ts';
import { HOSTILE_MARKDOWN } from './hostile-markdown.ts';
import { LONG_ANSWERS } from './long-answers.ts';
import { type ScriptedSpeech, SPEECHES, SPOKEN, SPOKEN_CALL, type SpeechName } from './scripted-speech.ts';
import { STORED_MODELS, VERDICTS, WRONG_CONTENT } from './sample-models.ts';
import {
  LONG_PROGRAM,
  RICH_ANSWER,
  writeLongConversation,
  writeManyConversations,
  writeRichConversation,
} from './sample-conversations.ts';

/** Of a hostile answer, as fast as no model writes. */
const TOKENS_AT_ONCE = 50;
/** More would take minutes to be written. */
const MOST_HOSTILE = 100_000; // characters

const query = new URLSearchParams(location.search);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const NETWORK: EngineErrorData = {
  code: 'network',
  message: 'The model could not be downloaded: the server did not answer. Check the connection and try again.',
  detail: 'GET models/mixtab-20m.gguf: 503',
};
const LOST: EngineErrorData = {
  code: 'device-lost',
  message: 'The GPU was reset while it answered. Reload the model to go on.',
  detail: 'GPUDeviceLostInfo: unknown',
};

const DRAGON = `<think>The person wants a story about a dragon. A short one will do, with a beginning, a middle and an end.</think>Once upon a time there was a small dragon named **Ember** who could not breathe fire. Every time she tried, only a puff of warm steam came out.

The other dragons laughed, but the people of the village did not:

1. The baker used her steam to raise the bread.
2. The weaver used it to press the cloth.
3. The children used it to warm their hands.

| Who | What they said |
| --- | --- |
| Baker | "Softest loaf I ever made" |
| Weaver | "Not a wrinkle left" |

> A little warmth, given every day, is worth more than a great fire.

\`\`\`js
const ember = { fire: false, steam: true };
console.log(ember.steam ? 'warm' : 'cold');
\`\`\`

And so Ember stayed, and the winters in that village were never cold again.`;

const pace = Number(query.get('pace') ?? 18);
const sample = query.get('sample');
if (sample === 'rich') await writeRichConversation(openConversationsDb());
if (sample === 'many') await writeManyConversations(openConversationsDb(), 1000);
if (sample === 'long') await writeLongConversation(openConversationsDb(), 2000);

const [moeLayers = 0, experts = 0, expertsUsed = 0] = (query.get('routing') ?? '').split('x').map(Number);

const streamed = LONG_ANSWERS[query.get('stream') ?? ''];
const hostile = HOSTILE_MARKDOWN[query.get('hostile') ?? '']?.().slice(0, MOST_HOSTILE);
/** Tokens, some 6 kB: what comes before them comes at once, because the cost is asked for at the end of a long answer. */
const WRITTEN_SLOWLY = 1800;
const atOnce = streamed === undefined ? 0 : pieces(streamed).length - WRITTEN_SLOWLY;

const speech = SPEECHES[query.get('speech') as SpeechName] as ScriptedSpeech | undefined;
const spoken = SPOKEN[query.get('speech') as SpeechName];

const engine = createFakeEngine({
  ...(speech !== undefined && { speech }),
  ...(moeLayers > 0 && {
    model: { moeLayers: Array.from({ length: moeLayers }, (_, layer) => layer + 1), experts, expertsUsed },
  }),
  stored: query.get('stored') === 'some' ? STORED_MODELS : [],
  downloadPace: () => wait(1500),
  downloadErrors: query.get('download') === 'error' ? [WRONG_CONTENT] : [],
  preview: (source) => {
    const stored = STORED_MODELS.find(({ url }) => source.kind === 'url' && source.url === url);
    const verdict = VERDICTS[query.get('fit') ?? ''];
    return {
      ...(stored !== undefined && { name: stored.name, fileBytes: stored.totalBytes }),
      ...(verdict !== undefined && { verdict }),
    };
  },
  loadPace: (step) => wait(query.get('load') === 'slow' ? (step > 4 ? 1e6 : 30) : 20),
  pace: (index) => {
    if (hostile !== undefined) return index % TOKENS_AT_ONCE === 0 ? wait(0) : Promise.resolve();
    return streamed !== undefined && index < atOnce ? Promise.resolve() : wait(pace);
  },
  loadErrors: query.get('load') === 'error' ? [NETWORK] : [],
  generateErrors: query.get('answer') === 'error' ? [LOST] : [],
  isFallback: query.get('gpu') !== 'yes',
  answer: (request) => {
    if (streamed !== undefined) return streamed;
    if (hostile !== undefined) return hostile;
    if (speech !== undefined && !/weather/.test(JSON.stringify(request.prompt))) return spoken;
    if (speech !== undefined) return SPOKEN_CALL;
    const last = request.prompt.kind === 'chat' ? (request.prompt.messages.at(-1)?.content ?? '') : '';
    if (/sum/i.test(last)) return RICH_ANSWER;
    if (/program/i.test(last)) return LONG_PROGRAM;
    return /dragon/i.test(last) ? DRAGON : 'The capital of France is Paris. It lies on the river Seine.';
  },
});
const bundled =
  query.get('bundled') === 'none'
    ? null
    : {
        url: `${location.origin}/models/mixtab-20m.gguf?v=1`,
        name: 'mixtab-20m',
        bytes: 21_400_000,
        suggestions: ['What is the capital of France?', 'What is 27 + 58?', 'Tell me a story about a dragon.'],
      };

// As if an earlier visit had ended in the middle of the load.
if (query.get('load') === 'held' && bundled !== null) localStorage.setItem('mixtab-loading', bundled.url);
mount(engine, bundled);
if (query.get('engine') === 'silent') setTimeout(() => engine.fallSilent(), 2000);

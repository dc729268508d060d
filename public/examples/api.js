// In a program of yours: import { createMixtab } from 'mixtab', and the address of any model.
import { createMixtab } from '../mixtab/index.js';

const MODEL = '../models/mixtab-20m.gguf';

const [form, question, ask, stop, state, answer] = ['form', 'question', 'ask', 'stop', 'state', 'answer'].map((id) =>
  document.getElementById(id),
);

let mixtab;
let asked;

/** Nothing is loaded before the first question. */
function load() {
  return createMixtab({
    model: MODEL,
    onProgress: ({ loadedBytes, totalBytes }) => {
      state.textContent = totalBytes > 0 ? `Loading: ${Math.round((100 * loadedBytes) / totalBytes)} %` : 'Loading';
    },
  });
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  asked = new AbortController();
  ask.disabled = true;
  stop.disabled = false;
  answer.textContent = '';
  try {
    mixtab ??= load();
    const stream = await mixtab.chat.completions.create(
      {
        messages: [{ role: 'user', content: question.value }],
        temperature: 0,
        stream: true,
        stream_options: { include_usage: true },
      },
      { signal: asked.signal },
    );
    for await (const { choices, usage } of stream) {
      answer.textContent += choices[0]?.delta.content ?? '';
      state.textContent = usage ? `${usage.total_tokens} tokens` : 'Answering';
    }
  } catch (error) {
    state.textContent = asked.signal.aborted ? 'Stopped' : error.message;
  } finally {
    ask.disabled = false;
    stop.disabled = true;
  }
});

stop.addEventListener('click', () => asked?.abort());

// The embedding protocol by hand: a hello with one port of a MessageChannel, then JSON-RPC 2.0 on the other.
const frame = document.querySelector('iframe');
const button = document.querySelector('#ask');
const log = document.querySelector('#log');
const origin = new URL(frame.src).origin;
const waiting = new Map();
let port = null;
let lastId = 0;

function request(method, params) {
  const id = ++lastId;
  port.postMessage({ jsonrpc: '2.0', id, method, params });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function hear({ data }) {
  if (data.method !== undefined) {
    if (data.method === 'answer' || data.method === 'error')
      log.textContent += `${data.method}: ${JSON.stringify(data.params)}\n`;
    return;
  }
  const { resolve, reject } = waiting.get(data.id) ?? {};
  waiting.delete(data.id);
  if (data.error) reject?.(new Error(data.error.message));
  else resolve?.(data.result);
}

window.addEventListener('message', ({ source, origin: from, data }) => {
  // Only from our frame, and only once its script listens.
  if (source !== frame.contentWindow || from !== origin || data?.method !== 'mixtab.waiting') return;
  const channel = new MessageChannel();
  port = channel.port1;
  port.onmessage = hear;
  const id = ++lastId;
  waiting.set(id, {
    resolve: () => (button.disabled = false),
    reject: (error) => (log.textContent += `${error.message}\n`),
  });
  const params = { version: 1, options: { prompt: 'What is a volcano?', temperature: 0 } };
  frame.contentWindow.postMessage({ jsonrpc: '2.0', id, method: 'mixtab.hello', params }, origin, [channel.port2]);
});

button.addEventListener('click', async () => {
  try {
    const { text, usage } = await request('ask', { text: 'What is the capital of Australia?' });
    log.textContent += `${text} (${usage.totalTokens} tokens)\n`;
  } catch (error) {
    log.textContent += `${error.message}\n`;
  }
});

// The script of the frame may have been there first: then it says so once more.
frame.src = frame.src;

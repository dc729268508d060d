// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from 'vitest';
import { type EmbedOptions, HELLO, LIMITS, PROTOCOL_VERSION, RPC_ERROR } from '../protocol.ts';
import { FrameError } from './error-data.ts';
import { type Handlers, HostPort } from './host-port.ts';

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: { readonly code?: string } };
}

const HOST = 'https://blog.example';

type Post = (message: Message, origin: string) => void;
type Handle = (params: unknown) => Promise<unknown>;

let parent: { postMessage: Mock<Post> };
let frame: HostPort;
let handlers: Record<keyof Handlers, Mock<Handle>>;
const onHello = vi.fn<(options: EmbedOptions) => void>();
let listener: EventListener;

beforeEach(() => {
  parent = { postMessage: vi.fn<Post>() };
  vi.spyOn(window, 'parent', 'get').mockReturnValue(parent as unknown as Window);
  const done = (): Mock<Handle> => vi.fn<Handle>(async () => ({}));
  handlers = {
    ...{ start: done(), ask: done(), stop: done(), clear: done() },
    ...{ setMessages: done(), setModel: done(), setOptions: done(), setReplay: done() },
  };
  onHello.mockReset();
  frame = new HostPort(handlers as unknown as Handlers, onHello);
  const add = vi.spyOn(window, 'addEventListener');
  frame.listen();
  listener = add.mock.calls.at(-1)?.[1] as EventListener;
});
afterEach(() => {
  vi.restoreAllMocks();
  window.removeEventListener('message', listener);
});

/** A channel on which all answers are kept. */
function channel(): { readonly mine: MessagePort; readonly theirs: MessagePort; readonly heard: Message[] } {
  const { port1, port2 } = new MessageChannel();
  const heard: Message[] = [];
  port1.addEventListener('message', ({ data }) => heard.push(data as Message));
  port1.start();
  return { mine: port1, theirs: port2, heard };
}

function post(data: unknown, ports: MessagePort[], from: unknown = parent, origin = HOST): void {
  const event = new MessageEvent('message', { data, origin });
  Object.defineProperties(event, { source: { value: from }, ports: { value: ports } });
  window.dispatchEvent(event);
}

const hello = (params: unknown = { version: PROTOCOL_VERSION, options: {} }): object => ({
  ...{ jsonrpc: '2.0', id: 1, method: HELLO, params },
});

async function greeted(): Promise<ReturnType<typeof channel>> {
  const line = channel();
  post(hello(), [line.theirs]);
  await vi.waitFor(() => expect(line.heard).toHaveLength(1));
  expect(line.heard[0]?.result).toEqual({ version: PROTOCOL_VERSION, instance: expect.stringMatching(/\d/) });
  line.heard.length = 0;
  return line;
}

async function answerTo(line: ReturnType<typeof channel>, request: unknown): Promise<Message> {
  const before = line.heard.length;
  line.mine.postMessage(request);
  await vi.waitFor(() => expect(line.heard.length).toBeGreaterThan(before));
  return line.heard.at(-1) as Message;
}

describe('the hello', () => {
  test('is waited for aloud, and answered', async () => {
    expect(parent.postMessage).toHaveBeenCalledWith(expect.objectContaining({ method: 'mixtab.waiting' }), '*');
    await greeted();
    expect(onHello).toHaveBeenCalledWith({});
  });

  test('of other windows than the one around it means nothing', async () => {
    const line = channel();
    post(hello(), [line.theirs], window);
    post({ anything: 'else' }, [line.theirs]);
    post(null, []);
    expect(frame.isConnected).toBe(false);
    await greeted();
  });

  test.each([[2], [0], ['1'], [null], [undefined]])('of version %s is refused in words', async (version) => {
    const line = channel();
    post(hello({ version, whatever: { may: 'follow' } }), [line.theirs]);
    await vi.waitFor(() => expect(line.heard).toHaveLength(1));
    expect(line.heard[0]?.error).toMatchObject({
      code: RPC_ERROR.version,
      message: expect.stringMatching(/speaks version 1 .* asked for/) as unknown,
      data: { code: 'version', versions: [1] },
    });
    expect(frame.isConnected).toBe(false);
  });

  test('without a port is answered where it came from, and nowhere else', () => {
    post(hello(), []);
    const [message, origin] = parent.postMessage.mock.calls.at(-1) as [Message, string];
    expect(message.error?.message).toMatch(/MessageChannel/);
    expect(origin).toBe(HOST);
  });

  test('with settings out of bounds says which', async () => {
    const line = channel();
    post(hello({ version: 1, options: { temperature: 99 } }), [line.theirs]);
    await vi.waitFor(() => expect(line.heard).toHaveLength(1));
    expect(line.heard[0]?.error?.message).toMatch(/options\.temperature/);
  });

  test('may come again from the same origin, and from no other', async () => {
    await greeted();
    const other = channel();
    post(hello(), [other.theirs], parent, 'https://evil.example');
    await vi.waitFor(() => expect(other.heard[0]?.error?.message).toMatch(/another origin/));
    await greeted();
  });
});

describe('requests', () => {
  test('are answered under their ids, with what the method gives or the words of its error', async () => {
    const line = await greeted();
    expect(await answerTo(line, { jsonrpc: '2.0', id: 'a', method: 'ask', params: { text: 'Hi' } })).toMatchObject({
      ...{ id: 'a', result: {} },
    });
    expect(handlers.ask).toHaveBeenCalledWith({ text: 'Hi' });
    handlers.ask.mockRejectedValueOnce(new FrameError('no-webgpu', 'No WebGPU here.'));
    expect(await answerTo(line, { jsonrpc: '2.0', id: 2, method: 'ask', params: { text: 'Hi' } })).toMatchObject({
      ...{ id: 2, error: { code: RPC_ERROR.engine, message: 'No WebGPU here.', data: { code: 'no-webgpu' } } },
    });
  });

  test.each([
    ['no object', 'ask', RPC_ERROR.invalidRequest],
    ['a batch', [{ jsonrpc: '2.0', id: 1, method: 'stop' }], RPC_ERROR.invalidRequest],
    ['no version of JSON-RPC', { id: 1, method: 'stop' }, RPC_ERROR.invalidRequest],
    ['an id that is none', { jsonrpc: '2.0', id: {}, method: 'stop' }, RPC_ERROR.invalidRequest],
    ['an unknown method', { jsonrpc: '2.0', id: 1, method: 'readConversations' }, RPC_ERROR.unknownMethod],
    ['a name of every object', { jsonrpc: '2.0', id: 1, method: 'constructor' }, RPC_ERROR.unknownMethod],
    ['no text', { jsonrpc: '2.0', id: 1, method: 'ask', params: {} }, RPC_ERROR.invalidParams],
    [
      'too much text',
      { jsonrpc: '2.0', id: 1, method: 'ask', params: { text: 'x'.repeat(LIMITS.text + 1) } },
      RPC_ERROR.invalidParams,
    ],
    [
      'too many messages',
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'setMessages',
        params: { messages: Array.from({ length: 501 }, () => ({ role: 'user', content: '' })) },
      },
      RPC_ERROR.invalidParams,
    ],
    [
      'a role that only the frame has',
      { jsonrpc: '2.0', id: 1, method: 'setMessages', params: { messages: [{ role: 'system', content: 'x' }] } },
      RPC_ERROR.invalidParams,
    ],
  ])('%s: refused', async (_, request, code) => {
    const line = await greeted();
    const answer = await answerTo(line, request);
    expect(answer.error?.code).toBe(code);
    expect(answer.error?.message.length).toBeLessThan(500);
  });

  test('too many at once are refused; so is an id that is under way', async () => {
    const line = await greeted();
    handlers.ask.mockReturnValue(new Promise(() => undefined));
    const ask = (id: number): object => ({ jsonrpc: '2.0', id, method: 'ask', params: { text: 'Hi' } });
    line.mine.postMessage(ask(1));
    expect((await answerTo(line, ask(1))).error?.message).toMatch(/under way/);
    for (let id = 2; id < 40; id++) line.mine.postMessage(ask(id));
    await vi.waitFor(() => expect(line.heard.at(-1)?.error?.code).toBe(RPC_ERROR.tooMany));
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeTemplateRunner } from '../../cli/node-thread.ts';
import type { ChatMessage } from '../api.ts';
import type { RenderJob } from './render-chat.ts';
import {
  createTemplateRunner,
  type TemplateRunner,
  type ThreadListener,
  type ThreadMessage,
} from './template-runner.ts';

const HI: readonly ChatMessage[] = [{ role: 'user', content: 'Hi' }];

function jobOf(template: string, messages = HI): RenderJob {
  return { template, messages, bosToken: '<s>', eosToken: '</s>', addGenerationPrompt: true };
}

const DOUBLED = (start: string, times: number): string =>
  `{% set ns = namespace(x=${start}) %}{% for i in range(${times}) %}{% set ns.x = ns.x + ns.x %}{% endfor %}`;

describe('in a thread of Node', () => {
  const render = (template: string, messages?: readonly ChatMessage[]): Promise<string> =>
    nodeTemplateRunner.render(jobOf(template, messages)).then(({ text }) => text);

  test.each([
    ['a list of a hundred million numbers', '{% for i in range(100000000) %}{% endfor %}'],
    ['a range beyond that of the sandbox', '{% for a in range(1000000) %}{% endfor %}'],
    ['a loop without end', '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'],
    ['a text that doubles', DOUBLED("'ab'", 100)],
    ['a list that doubles', DOUBLED('[1, 2]', 100)],
    ['a text of gigabytes in one call', "{{ 'a\nb' | indent(500000000) }}"],
    ['many large texts', `${DOUBLED("'ab'", 21)}{% for i in range(100000) %}{% set y = ns.x | upper %}{% endfor %}`],
    ['more than 4 MB of output', `${DOUBLED("'ab'", 20)}{{ ns.x }}{{ ns.x }}{{ ns.x }}`],
    ['10,000 parentheses', `{{ ${'('.repeat(10_000)}1${')'.repeat(10_000)} }}`],
    ['10,000 conditions', `${'{% if true %}'.repeat(10_000)}${'{% endif %}'.repeat(10_000)}`],
    ['a sum of 50,000', `{{ 1${' + 1'.repeat(50_000)} }}`],
    ['a template of 257 kB', 'x'.repeat(257 * 1024)],
    ['256 kB of white space', `{{${' '.repeat(250_000)}`],
  ])('%s is an error that names the template, and the next job is done', async (_, template) => {
    const error = await render(template).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'template-limit', message: expect.stringMatching(/chat template/) });
    expect(await render('{{ messages[0].content }}')).toBe('Hi');
  });

  test('errors of the template itself come through', async () => {
    await expect(render("{{ raise_exception('Roles must alternate') }}")).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('Roles must alternate'),
    });
    await expect(render('{% for %}')).rejects.toMatchObject({ code: 'corrupt-file' });
    expect(await render("{{ strftime_now('%Y') }}")).toBe(String(new Date().getFullYear()));
    expect(await render('{{ range(3) | join }}{{ range(5, -1, -2) | join }}')).toBe('012531');
  });

  test('a job that is stopped ends its thread, and those behind it are done', async () => {
    const stop = new AbortController();
    const endless = nodeTemplateRunner.render(
      jobOf(
        '{% if messages | length > 2 %}{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}{% endif %}',
        [...HI, ...HI, ...HI],
      ),
      stop.signal,
    );
    const next = render('{{ bos_token }}');
    stop.abort();
    await expect(endless).rejects.toMatchObject({ name: 'AbortError' });
    expect(await next).toBe('<s>');
  });
});

describe('the runner', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  interface FakeThread extends ThreadListener {
    readonly jobs: RenderJob[];
    isEnded: boolean;
  }

  /** A runner, and the threads that it started. */
  function runner(): { readonly templates: TemplateRunner; readonly threads: readonly FakeThread[] } {
    const threads: FakeThread[] = [];
    const templates = createTemplateRunner(
      (listener) => {
        const thread: FakeThread = { ...listener, jobs: [], isEnded: false };
        threads.push(thread);
        return { post: (job) => thread.jobs.push(job), terminate: () => (thread.isEnded = true) };
      },
      { renderMs: 2000, startMs: 30_000 },
    );
    return { templates, threads };
  }

  const said = (text: string): ThreadMessage => ({ kind: 'rendered', rendered: { text, data: [] } });
  const settled = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
  const ticks = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

  test('one thread for all jobs, one job at a time', async () => {
    const { templates, threads } = runner();
    const [a, b] = [templates.render(jobOf('a')), templates.render(jobOf('b'))];
    await ticks();
    expect(threads[0]?.jobs).toHaveLength(1);
    threads[0]?.onMessage({ kind: 'ready' });
    threads[0]?.onMessage(said('A'));
    expect((await a).text).toBe('A');
    await ticks();
    expect(threads[0]?.jobs.map(({ template }) => template)).toEqual(['a', 'b']);
    threads[0]?.onMessage(said('B'));
    expect((await b).text).toBe('B');
    await vi.advanceTimersByTimeAsync(100_000);
    expect(threads).toMatchObject([{ isEnded: false }]);
  });

  test('the time of a template begins when its thread is ready', async () => {
    const { templates, threads } = runner();
    const job = settled(templates.render(jobOf('a')));
    await vi.advanceTimersByTimeAsync(20_000);
    threads[0]?.onMessage({ kind: 'ready' });
    await vi.advanceTimersByTimeAsync(1900);
    expect(threads[0]?.isEnded).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(threads[0]?.isEnded).toBe(true);
    expect(await job).toMatchObject({ code: 'template-limit', message: expect.stringContaining('2 seconds') });

    const next = templates.render(jobOf('b'));
    await ticks();
    threads[0]?.onMessage(said('late'));
    threads[0]?.onGone('exit 1');
    threads[1]?.onMessage({ kind: 'ready' });
    threads[1]?.onMessage(said('B'));
    expect((await next).text).toBe('B');
  });

  test('a thread that dies, cannot be started, or never starts', async () => {
    const { templates, threads } = runner();
    const died = settled(templates.render(jobOf('a')));
    await ticks();
    threads[0]?.onMessage({ kind: 'ready' });
    threads[0]?.onGone('out of memory');
    expect(await died).toMatchObject({ code: 'template-limit', detail: 'out of memory' });

    const unloaded = settled(templates.render(jobOf('a')));
    await ticks();
    threads[1]?.onGone('404');
    expect(await unloaded).toMatchObject({ code: 'internal', detail: '404' });

    const never = settled(templates.render(jobOf('a')));
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await never).toMatchObject({ code: 'internal' });

    const none = createTemplateRunner(() => {
      throw new Error('no workers here');
    });
    await expect(none.render(jobOf('a'))).rejects.toMatchObject({ code: 'internal' });
  });
});

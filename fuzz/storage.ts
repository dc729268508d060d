// Attacks the store: a random session (see storage-session.ts) on a browser that refuses, aborts, delays and cuts off writes.
import 'fake-indexeddb/auto';
import { Window } from 'happy-dom';
import { join } from 'node:path';
import { createServer } from 'vite';
import { REFUSALS, type StorageFault } from '../app/testing/storage-faults.ts';
import type { Attack } from './attack.ts';
import type { playSession, STEP_KINDS, StorageSession } from './storage-session.ts';

interface SessionModule {
  readonly STEP_KINDS: typeof STEP_KINDS;
  readonly playSession: typeof playSession;
}

const MOST_STEPS = 12;
const MOST_FAULTS = 4;
/** A session of that many steps asks for about so many writes. */
const WRITES = 70;

export async function openAttack(): Promise<Attack<StorageSession>> {
  pretendBrowser();
  // The page's modules are Vite's: with `import.meta.glob` and JSON.
  const vite = await createServer({
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  const module = (await vite.ssrLoadModule(join(import.meta.dirname, 'storage-session.ts'))) as SessionModule;
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  let injected = 0;

  return {
    generate: (random) => {
      const below = (limit: number): number => Math.floor(random() * limit);
      const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[below(list.length)] as T;
      const anyFault = (): StorageFault => {
        switch (below(10)) {
          case 0:
            return { kind: 'delay', turns: 1 + below(40) };
          case 1:
            return { kind: 'disconnect' };
          case 2:
          case 3:
            return { kind: 'end' };
          case 4:
          case 5:
          case 6:
            return { kind: 'refuse', name: pick(REFUSALS) };
          default:
            return { kind: 'abort', name: pick(REFUSALS) };
        }
      };
      return {
        // Something must be written before there is something to lose.
        steps: [
          { kind: 'send', which: below(100) },
          ...Array.from({ length: 1 + below(MOST_STEPS) }, () => ({
            kind: random() < 0.3 ? ('send' as const) : pick(module.STEP_KINDS),
            which: below(100),
          })),
        ],
        faults: Array.from({ length: 1 + below(MOST_FAULTS) }, () => ({
          at: below(random() < 0.5 ? WRITES : 12),
          length: 1 + below(random() < 0.7 ? 3 : 25),
          fault: anyFault(),
        })),
      };
    },
    attempt: async (session) => {
      rejections.length = 0;
      const result = await module.playSession(session);
      injected += result.injected;
      if (rejections.length > 0)
        throw new Error(
          `An error that nobody hears: ${rejections.map((one) => (one instanceof Error ? one.stack : String(one))).join('\n')}`,
        );
      return result.outcome;
    },
    *shrink({ steps, faults }) {
      for (const [index] of faults.entries())
        if (faults.length > 1) yield { steps, faults: faults.toSpliced(index, 1) };
      for (const [index] of steps.entries()) yield { steps: steps.toSpliced(index, 1), faults };
      for (const [index, one] of faults.entries()) {
        if (one.length > 1) yield { steps, faults: faults.with(index, { ...one, length: 1 }) };
        if (one.at > 0) yield { steps, faults: faults.with(index, { ...one, at: one.at - 1 }) };
      }
    },
    reproduce: (session) => ({ extension: 'json', content: JSON.stringify(session, null, 2) }),
    close: async () => {
      process.off('unhandledRejection', onRejection);
      await vite.close();
      console.log(`${injected} faults were injected below the store.`);
    },
  };
}

/** What Node has of its own stays; of these it may have other ones. */
const OVERRIDDEN: ReadonlySet<string> = new Set(['window', 'navigator', 'localStorage', 'sessionStorage', 'location']);

/** As much of a browser as the stores of the page ask for. */
function pretendBrowser(): void {
  const window = new Window({ url: 'http://localhost/' });
  const names = new Set<string>();
  for (let object: unknown = window; object instanceof Object && object !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name);
    object = Object.getPrototypeOf(object);
  }
  for (const name of names) {
    if (name in globalThis && !OVERRIDDEN.has(name)) continue;
    const value: unknown = Reflect.get(window, name);
    const isMethod = typeof value === 'function' && /^[a-z]/.test(name);
    Object.defineProperty(globalThis, name, {
      value: isMethod ? value.bind(window) : value,
      configurable: true,
      writable: true,
    });
  }
  // A frame is the next turn: nobody looks.
  globalThis.requestAnimationFrame = (callback) => Number(setTimeout(() => callback(performance.now())));
  globalThis.cancelAnimationFrame = (frame) => clearTimeout(frame);
}

import type { LoadProgress, LoadStage } from '../api.ts';

/**
 * What parts of a load take, as measured: bytes a second from the store and from a fast line, and seconds a shader where two processor cores
 * are the GPU. Bytes and shaders go side by side, so it is their proportion that counts.
 */
const READ_RATE = 300e6;
const DOWNLOAD_RATE = 10e6;
const SHADER_SECONDS = 0.04;

/** Before it is known which shaders there are, as many as most models have. */
const USUAL_SHADERS = 22;

export const NO_PROGRESS: LoadProgress = { stage: 'header', share: 0, loadedBytes: 0, totalBytes: 0 };

/** Keeps together what a load has done, as one share that never falls. */
export class LoadProgressMeter {
  readonly #tell: (progress: LoadProgress) => void;
  #current = NO_PROGRESS;
  #rate = READ_RATE;

  constructor(tell: (progress: LoadProgress) => void) {
    this.#tell = tell;
  }

  stage(stage: LoadStage): void {
    this.#report({ stage });
  }

  total(totalBytes: number, lostBytes: number): void {
    this.#report({ totalBytes, ...(lostBytes > 0 && { lostBytes }) });
  }

  bytes(loadedBytes: number, totalBytes: number, from: 'network' | 'store' | 'file'): void {
    if (from === 'network') this.#rate = DOWNLOAD_RATE;
    this.#report({ stage: from === 'network' ? 'download' : 'read', loadedBytes, totalBytes });
  }

  shaders(compiled: number, total: number): void {
    this.#report({ shaders: { compiled, total } });
  }

  done(bytes: number): void {
    this.#report({ stage: 'ready', loadedBytes: bytes, totalBytes: bytes });
  }

  #report(change: Partial<LoadProgress>): void {
    const next = { ...this.#current, ...change };
    const share = next.stage === 'ready' ? 1 : Math.max(this.#current.share, this.#shareOf(next));
    this.#current = { ...next, share };
    this.#tell(this.#current);
  }

  #shareOf({ loadedBytes, totalBytes, shaders }: LoadProgress): number {
    if (totalBytes === 0) return 0;
    const { compiled, total } = shaders ?? { compiled: 0, total: USUAL_SHADERS };
    const all = totalBytes / this.#rate + total * SHADER_SECONDS;
    const done = Math.min(loadedBytes, totalBytes) / this.#rate + compiled * SHADER_SECONDS;
    // All of it is done when the model is ready.
    return Math.min(done / all, 0.999);
  }
}

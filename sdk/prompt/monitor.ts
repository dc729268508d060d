import type { LoadProgress } from '../../engine/api.ts';

/** Fractions are rounded to so many steps, as the browser's own API does it: they tell nothing about a file's exact size. */
const STEPS = 0x10000;

class FractionEvent extends Event {
  readonly lengthComputable = true;
  readonly loaded: number;
  readonly total = 1;

  constructor(type: string, loaded: number) {
    super(type);
    this.loaded = loaded;
  }
}

/** Tells a page how a download goes: 0 first, then more and more, 1 last. */
export class ProgressMonitor {
  readonly target = new EventTarget();
  #last = -1;
  #isOver = false;

  readonly report = ({ loadedBytes, totalBytes }: LoadProgress): void => {
    if (totalBytes > 0) this.#tell(Math.min(loadedBytes / totalBytes, 1 - 1 / STEPS));
  };

  begin(): void {
    this.#tell(0);
  }

  end(): void {
    this.#tell(1);
    this.#isOver = true;
  }

  /** Nothing more is told. */
  abort(): void {
    this.#isOver = true;
  }

  #tell(fraction: number): void {
    const loaded = Math.floor(fraction * STEPS) / STEPS;
    if (this.#isOver || loaded <= this.#last) return;
    this.#last = loaded;
    this.target.dispatchEvent(
      typeof ProgressEvent === 'undefined'
        ? new FractionEvent('downloadprogress', loaded)
        : new ProgressEvent('downloadprogress', { lengthComputable: true, loaded, total: 1 }),
    );
  }
}

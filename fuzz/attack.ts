// What every target of `npm run fuzz` is made of: an attack knows its inputs, how to try one, and how to make one smaller.

/** What became of an input. Whatever else happens (a throw, a hang, a crash) is a fault. */
export type Outcome = 'refused' | 'accepted';

/** A file that a person can try again. */
export interface Reproduction {
  /** With its ending: `case.md`, `case.gguf`. */
  readonly extension: string;
  readonly content: string | Uint8Array;
}

export interface Attack<Input> {
  /** Makes one input; the same random numbers make the same input. */
  generate(random: () => number): Input;
  /** How many cases an input is made of, where it is several that are tried together. */
  casesOf?(input: Input): number;
  /**
   * Tries one input. An error that the product promises (an `EngineError` with a code and a clear message) is `refused`.
   *
   * @throws whatever must not happen: that is a fault, and its message says what was seen. An attack bounds its own time,
   *   and after a fault it is ready for the next input (it restarts a browser that crashed).
   */
  attempt(input: Input): Promise<Outcome>;
  /** Smaller inputs that may show the same fault, the smallest first. */
  shrink(input: Input): Iterable<Input>;
  reproduce(input: Input): Reproduction;
  close(): Promise<void>;
}

export interface FuzzCounts {
  readonly tried: number;
  readonly refused: number;
  readonly accepted: number;
  readonly faults: number;
}

export interface FoundFault {
  readonly message: string;
  readonly reproduction: Reproduction;
}

/** How often a fault is tried smaller; a browser takes a second for one, a parser a microsecond. */
const SHRINK_ATTEMPTS = 400;

/** Tried smaller as long as some error remains; returns the smallest input that still fails, and how. */
async function minimise<Input>(attack: Attack<Input>, input: Input, error: unknown): Promise<[Input, unknown]> {
  let smallest = input;
  let failure = error;
  let attempts = 0;
  for (let shrunk = true; shrunk;) {
    shrunk = false;
    for (const candidate of attack.shrink(smallest)) {
      if (++attempts > SHRINK_ATTEMPTS) return [smallest, failure];
      try {
        await attack.attempt(candidate);
      } catch (smallerError) {
        [smallest, failure, shrunk] = [candidate, smallerError, true];
        break;
      }
    }
  }
  return [smallest, failure];
}

export interface FuzzLimits {
  /** No new input after this. */
  readonly milliseconds: number;
  /** And no more inputs than this. */
  readonly inputs: number;
  /** Ends the run: a target with a thousand faults needs one mended, not a thousand reports. */
  readonly faults: number;
}

/** Tries inputs until a limit is reached. */
export async function runAttack<Input>(
  attack: Attack<Input>,
  random: () => number,
  limits: FuzzLimits,
  onFault: (fault: FoundFault) => void,
): Promise<FuzzCounts> {
  const end = performance.now() + limits.milliseconds;
  let [tried, refused, accepted, faults] = [0, 0, 0, 0];
  while (performance.now() < end && tried < limits.inputs && faults < limits.faults) {
    const input = attack.generate(random);
    const cases = attack.casesOf?.(input) ?? 1;
    tried += cases;
    try {
      if ((await attack.attempt(input)) === 'refused') refused += cases;
      else accepted += cases;
    } catch (error) {
      faults++;
      const [smallest, failure] = await minimise(attack, input, error);
      const message = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
      onFault({ message, reproduction: attack.reproduce(smallest) });
    }
  }
  return { tried, refused, accepted, faults };
}

import type { Channel, FinishReason, GenerateEvent, GenerateRequest, TokenLogprob } from '../../engine/api.ts';
import type { EngineErrorData } from '../../engine/api.ts';
import type { Backend, ServedModel } from '../api/service.ts';

export interface Said {
  readonly text: string;
  readonly channel?: Channel;
}

export interface Script {
  /** Pieces of the answer: a token each. */
  readonly says?: readonly Said[];
  readonly finish?: FinishReason;
  /** Thrown before anything is generated. */
  readonly refuses?: EngineErrorData;
  /** Thrown after the answer's last piece. */
  readonly breaks?: EngineErrorData;
  /** Goes on for ever, a token at a time, until it is stopped. */
  readonly endless?: boolean;
}

export const SERVED: ServedModel = {
  id: 'scripted',
  sampling: {},
  thinking: { reasons: true, modes: ['off', 'low', 'high'], usual: null },
  contextLength: 4096,
  hasChatTemplate: true,
};

/** Says what it is told to, and keeps what it was asked. */
export class ScriptedBackend implements Backend {
  script: Script;
  served: ServedModel = SERVED;
  readonly requests: GenerateRequest[] = [];
  /** Tokens that were generated, of all requests. */
  tokens = 0;
  /** Generations under way. */
  running = 0;

  constructor(script: Script = {}) {
    this.script = script;
  }

  model(): Promise<ServedModel> {
    return Promise.resolve(this.served);
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    this.requests.push(request);
    const { says = [], finish = 'stop', refuses, breaks, endless = false } = this.script;
    this.running++;
    try {
      await nextTurn();
      if (refuses !== undefined) throw refuses;
      yield { type: 'prompt', tokens: [1, 2, 3] };
      yield { type: 'prefill', done: 3, total: 3 };
      let output = 0;
      const most = endless ? Infinity : says.length;
      for (let i = 0; i < most; i++) {
        await nextTurn();
        if (signal.aborted) break;
        const { text, channel = 'answer' } = says[i % says.length] ?? { text: 'on and ' };
        output++;
        this.tokens++;
        const bytes = new TextEncoder().encode(text);
        const logprob: TokenLogprob = { id: i, logprob: -0.5, ...(request.tokenBytes === true && { bytes }) };
        const top =
          request.logprobs === undefined ? undefined : Array.from({ length: request.logprobs }, () => logprob);
        yield { type: 'token', token: { ...logprob, channel, text, ...(top && { top }) } };
      }
      if (breaks !== undefined) throw breaks;
      yield {
        type: 'done',
        finishReason: signal.aborted ? 'aborted' : finish,
        timings: { promptTokens: 3, reusedTokens: 1, prefillMs: 1, outputTokens: output, decodeMs: 1 },
      };
    } finally {
      this.running--;
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

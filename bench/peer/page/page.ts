// What the runner (../run.ts) calls in the browser.
import type { Measurement } from './contender.ts';
import { createMixtab } from './mixtab.ts';
import { promptOfTokens } from './prompts.ts';
import { createWllama } from './wllama.ts';

const mixtab = createMixtab();
const contenders = { mixtab, wllama: createWllama() };

export interface PeerBench {
  load(name: keyof typeof contenders, modelUrl: string): Promise<void>;
  device(): Promise<string>;
  prompt(n: number, tokens: number): Promise<string>;
  measure(name: keyof typeof contenders, prompt: string, maxTokens: number): Promise<Measurement>;
}

declare global {
  var peerBench: PeerBench;
}

globalThis.peerBench = {
  load: (name, modelUrl) => contenders[name].load(modelUrl),
  device: () => mixtab.describeDevice(),
  prompt: (n, tokens) => promptOfTokens(n, tokens, (text) => mixtab.countTokens(text)),
  measure: (name, prompt, maxTokens) => contenders[name].measure(prompt, maxTokens),
};

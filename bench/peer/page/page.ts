// What the runner (../run.ts) calls in the browser.
import type { Contender, ContenderName } from './contender.ts';
import { createMixtab } from './mixtab.ts';
import { promptOfTokens } from './prompts.ts';
import { createWllama } from './wllama.ts';

const mixtab = createMixtab();
const contenders: Record<ContenderName, Contender> = { mixtab, wllama: createWllama() };

globalThis.peerBench = {
  load: (name, modelUrl) => contenders[name].load(modelUrl),
  device: () => mixtab.describeDevice(),
  prompt: (n, tokens) => promptOfTokens(n, tokens, (text) => mixtab.countTokens(text)),
  measure: (name, task) => contenders[name].measure(task),
};

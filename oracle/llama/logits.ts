import { getLlama, type Llama, LlamaLogLevel, type Token } from 'node-llama-cpp';

export function llamaOnCpu(): Promise<Llama> {
  return getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
}

/** Raw logits of every vocabulary entry after each token. */
export async function logitsAt(llama: Llama, path: string, tokens: readonly number[]): Promise<Float64Array[]> {
  const model = await llama.loadModel({ modelPath: path, useMmap: false });
  const context = await model.createContext({
    contextSize: 64,
    flashAttention: false,
    experimentalKvCacheKeyType: 'F32',
    experimentalKvCacheValueType: 'F32',
  });
  const outputs = await context
    .getSequence()
    .controlledEvaluate(tokens.map((token) => [token as Token, { generateNext: { logits: true } }]));
  await context.dispose();
  await model.dispose();
  return outputs.map((output) => {
    const map = output?.next.logits;
    if (map === undefined) throw new Error(`llama.cpp gave no logits for ${path}`);
    const row = new Float64Array(map.size).fill(NaN);
    for (const [token, logit] of map) row[token] = logit;
    return row;
  });
}

export function logSoftmax(logits: Float64Array): Float64Array {
  const maximum = logits.reduce((a, b) => Math.max(a, b));
  const logSum = maximum + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - maximum), 0));
  return logits.map((logit) => logit - logSum);
}

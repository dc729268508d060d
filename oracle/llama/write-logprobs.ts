// Log-probabilities after each token by llama.cpp, in a process of its own: what it does not like, it aborts.
//   tsx llama/write-logprobs.ts MODEL.gguf 1,2,3 OUT      writes float64 [positions, vocabulary]
import { writeFileSync } from 'node:fs';
import { llamaOnCpu, logitsAt, logSoftmax } from './logits.ts';

const [model = '', tokens = '', out = ''] = process.argv.slice(2);
const logits = await logitsAt(await llamaOnCpu(), model, tokens.split(',').map(Number));
writeFileSync(out, new Uint8Array(new Float64Array(logits.flatMap((row) => [...logSoftmax(row)])).buffer));
process.exit();

// Token ids by llama.cpp.
//   npm run tokenize                         writes golden/tokenizer.json
//   npm run tokenize -- MODEL.gguf TEXTS     prints the ids of each text in a JSON file with a list of strings
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp';
import { GOLDEN_FOLDER, type TokenizerGolden } from '../load-golden.ts';
import { tokenizerModels } from '../tokenizer-models.ts';
import { TOKENIZER_TEXTS } from '../tokenizer-texts.ts';

const [modelPath, textsPath] = process.argv.slice(2);
// Not `error`: an estimate of memory that is made on the way complains that there are no weights, to no effect.
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.fatal });
if (modelPath === undefined) {
  await writeGolden(llama);
} else {
  const texts = JSON.parse(readFileSync(textsPath ?? '/dev/stdin', 'utf8')) as string[];
  console.log(JSON.stringify(await tokenize(llama, modelPath, texts)));
}

async function writeGolden(llama: Llama): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mixtab-oracle-'));
  const goldens: TokenizerGolden[] = [];
  for (const { name, build } of tokenizerModels) {
    const file = build();
    const path = join(folder, `${name}.gguf`);
    writeFileSync(path, file);
    const sha256 = createHash('sha256').update(file).digest('hex');
    goldens.push({ name, sha256, ...(await tokenize(llama, path, TOKENIZER_TEXTS)) });
  }
  rmSync(folder, { recursive: true });
  const lines = goldens.map((golden) => JSON.stringify(golden));
  writeFileSync(new URL('tokenizer.json', GOLDEN_FOLDER), `[\n${lines.join(',\n')}\n]\n`);
  console.log(`${goldens.length} vocabularies, ${TOKENIZER_TEXTS.length} texts`);
}

async function tokenize(
  llama: Llama,
  path: string,
  texts: readonly string[],
): Promise<{ plain: number[][]; special: number[][] }> {
  const model = await llama.loadModel({ modelPath: path, vocabOnly: true });
  const plain = texts.map((text) => [...model.tokenize(text, false)]);
  const special = texts.map((text) => [...model.tokenize(text, true)]);
  await model.dispose();
  return { plain, special };
}

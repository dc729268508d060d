import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseNpy } from '../../server/npy.ts';
import { npyHeader } from './npz-traces.ts';
import type { TracedAnswer } from './traced-answer.ts';
import type { TraceFormat } from './trace-formats.ts';
import { writeTraces } from './trace-writer.ts';

const TEXTS = ['=1+1', ' "quoted",', '\n\r\n', '🦊', ''];
const ANSWER: TracedAnswer = {
  ...{ conversation: 'A "title"', model: 'Mixtab, 20M', question: '=HYPERLINK("x")\nReally?' },
  record: {
    ...{ layers: [1, 4], experts: 300, used: 2, texts: TEXTS, count: TEXTS.length },
    chosen: Uint16Array.from({ length: TEXTS.length * 4 }, (_, at) => (at * 37) % 300),
    weights: Float32Array.from({ length: TEXTS.length * 4 }, (_, at) => 1 / (at + 3)),
  },
};
const IDS_ONLY: TracedAnswer = { ...ANSWER, record: { ...ANSWER.record, isIdsOnly: true } };

async function written(format: TraceFormat, answers: readonly TracedAnswer[], isOne = false): Promise<Uint8Array> {
  const { file } = await writeTraces(answers, { format, isOne, signal: new AbortController().signal });
  return new Uint8Array(await file.arrayBuffer());
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('traces as JSON', () => {
  test('are read as they were', async () => {
    const file = JSON.parse(textOf(await written('json', [ANSWER, IDS_ONLY]))) as {
      answers: { tokens: { text: string; experts: number[][]; weights?: number[][] }[] }[];
    };
    const [first, second] = file.answers;
    expect(first).toMatchObject({ model: 'Mixtab, 20M', layers: [1, 4], experts: 300, expertsUsed: 2 });
    expect(first?.tokens.map(({ text }) => text)).toEqual(TEXTS);
    expect(first?.tokens.flatMap(({ experts }) => experts.flat())).toEqual([...ANSWER.record.chosen]);
    expect(Float32Array.from(first?.tokens.flatMap(({ weights }) => weights?.flat() ?? []) ?? [])).toEqual(
      ANSWER.record.weights,
    );
    expect(second).toMatchObject({ weightsKnown: false });
    expect(second?.tokens[0]).not.toHaveProperty('weights');
    expect(JSON.parse(textOf(await written('json', [])))).toEqual({
      ...{ format: 'mixtab-traces', version: 1, answers: [] },
    });
  });
});

describe('traces as CSV', () => {
  test('have a row for each expert, and no cell that a spreadsheet would run', async () => {
    const [head, ...rows] = csv(textOf(await written('csv', [ANSWER, IDS_ONLY])));
    expect(head).toEqual(['answer', 'model', 'question', 'token', 'text', 'layer', 'rank', 'expert', 'weight']);
    expect(rows).toHaveLength(2 * TEXTS.length * 4);
    expect(rows.every((row) => row.length === 9)).toBe(true);
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(rows.slice(0, 20).map((row) => Number(row[7]))).toEqual([...ANSWER.record.chosen]);
    expect(Float32Array.from(rows.slice(0, 20), (row) => Number(row[8]))).toEqual(ANSWER.record.weights);
    expect(JSON.parse(rows[0]?.[2] ?? '')).toBe(ANSWER.question);
    expect(rows.slice(0, 20).map((row) => JSON.parse(row[4] ?? '') as string)).toEqual(
      TEXTS.flatMap((text) => [text, text, text, text]),
    );
    expect(rows[3]?.slice(5, 7)).toEqual(['4', '1']);
    expect(rows[20]?.[8]).toBe('');
  });
});

/** RFC 4180, read letter by letter. */
function csv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (isQuoted && letter === '"' && text[at + 1] === '"') cell += text[++at] ?? '';
    else if (letter === '"') isQuoted = !isQuoted;
    else if (isQuoted || (letter !== ',' && letter !== '\r' && letter !== '\n')) cell += letter;
    else if (letter !== '\r') {
      rows.at(-1)?.push(cell);
      cell = '';
      if (letter === '\n') rows.push([]);
    }
  }
  return rows.slice(0, -1);
}

/** By the directory at the end of the zip. */
function unzipped(zip: Uint8Array): Map<string, Uint8Array<ArrayBuffer>> {
  const view = new DataView(zip.buffer, zip.byteOffset);
  const end = zip.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = view.getUint32(end + 16, true);
  for (let file = 0; file < view.getUint16(end + 10, true); file++) {
    const [size, names] = [view.getUint32(at + 20, true), view.getUint16(at + 28, true)];
    const local = view.getUint32(at + 42, true);
    const data = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = Uint8Array.from(inflateRawSync(zip.subarray(data, data + size)));
    files.set(textOf(zip.subarray(at + 46, at + 46 + names)), content);
    at += 46 + names + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

describe('traces as NPZ', () => {
  test('hold arrays of the right type and shape', async () => {
    const files = unzipped(await written('npz', [ANSWER], true));
    expect([...files.keys()]).toEqual(
      ['layers', 'experts', 'weights', 'text', 'text_ends', 'about'].map((name) => `${name}.npy`),
    );
    const whole = (name: string): ReturnType<typeof parseNpy> => parseNpy(files.get(`${name}.npy`) ?? new Uint8Array());
    expect(whole('experts')).toEqual({ shape: [5, 2, 2], values: ANSWER.record.chosen });
    expect(whole('layers')).toEqual({ shape: [2], values: Int32Array.from([1, 4]) });
    const ends = [...whole('text_ends').values];
    const text = Uint8Array.from(whole('text').values);
    expect(ends.map((end, token) => textOf(text.subarray(ends[token - 1] ?? 0, end)))).toEqual(TEXTS);
    expect(JSON.parse(textOf(Uint8Array.from(whole('about').values)))).toMatchObject({ model: 'Mixtab, 20M' });
    const weights = files.get('weights.npy');
    expect(textOf(weights?.subarray(10, 60) ?? new Uint8Array())).toContain(`'<f4'`);
    expect(new Float32Array(weights?.slice(-20 * 4).buffer ?? new ArrayBuffer(0))).toEqual(ANSWER.record.weights);
  });

  test('of several answers are numbered, and ids alone have no weights', async () => {
    const names = [...unzipped(await written('npz', [ANSWER, IDS_ONLY])).keys()];
    expect(names).toContain('0/weights.npy');
    expect(names).toContain('1/experts.npy');
    expect(names).not.toContain('1/weights.npy');
  });

  test('data begins where any number may', () => {
    for (const shape of [[1], [20_000, 58, 8], [0]]) expect(npyHeader('<f4', shape).length % 64).toBe(0);
  });

  test.runIf(hasNumpy())('are read by NumPy itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mixtab-npz-'));
    try {
      const path = join(folder, 'traces.npz');
      writeFileSync(path, await written('npz', [ANSWER], true));
      const code = `import numpy, json, sys; z = numpy.load(sys.argv[1]); print(json.dumps([z['experts'].flatten().tolist(), [float(w) for w in z['weights'].flatten()], bytes(z['text']).decode()]))`;
      const read = JSON.parse(execFileSync('python3', ['-c', code, path], { encoding: 'utf8' })) as unknown[];
      expect(read).toEqual([[...ANSWER.record.chosen], [...ANSWER.record.weights], TEXTS.join('')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function hasNumpy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('writing is cancelled between two pieces', async () => {
  const controller = new AbortController();
  function* answers(): Generator<TracedAnswer> {
    yield ANSWER;
    controller.abort();
    yield ANSWER;
    throw new Error('Nobody asked for a third.');
  }
  for (const format of ['json', 'csv', 'npz'] as const)
    await expect(writeTraces(answers(), { format, isOne: false, signal: controller.signal })).rejects.toThrow(/abort/i);
});

import type { TracedAnswer, TraceWriter } from './traced-answer.ts';

/** One object; a token a line. */
export class JsonTraces implements TraceWriter {
  readonly type = 'application/json';
  #answers = 0;

  *add({ conversation, model, question, record }: TracedAnswer): Generator<string> {
    const { layers, experts, used, texts, count, chosen, weights, isIdsOnly = false } = record;
    yield this.#answers++ === 0 ? '{"format":"mixtab-traces","version":1,"answers":[\n' : ',\n';
    const head = { conversation, model, question, layers, experts, expertsUsed: used, weightsKnown: !isIdsOnly };
    yield `${JSON.stringify(head).slice(0, -1)},"tokens":[\n`;
    const stride = layers.length * used;
    for (let token = 0; token < count; token++) {
      const rows = layers.map((_, row) => token * stride + row * used);
      const line = {
        text: texts[token] ?? '',
        experts: rows.map((at) => [...chosen.subarray(at, at + used)]),
        ...(!isIdsOnly && { weights: rows.map((at) => [...weights.subarray(at, at + used)].map(short)) }),
      };
      yield (token === 0 ? '' : ',\n') + JSON.stringify(line);
    }
    yield '\n]}';
  }

  *end(): Generator<string> {
    yield this.#answers === 0 ? '{"format":"mixtab-traces","version":1,"answers":[]}\n' : '\n]}\n';
  }
}

/** The shortest decimal that is read as the same 32-bit number. */
export function short(weight: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(weight.toPrecision(digits));
    if (Math.fround(rounded) === weight) return rounded;
  }
  return Number(weight.toPrecision(9));
}

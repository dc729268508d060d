import { short } from './json-traces.ts';
import type { TracedAnswer, TraceWriter } from './traced-answer.ts';

const LINE = '\r\n'; // RFC 4180

/**
 * A row for each expert that was chosen. Texts are written as JSON strings: so line breaks and quotes are told apart from the table's own,
 * and none begins with a sign that a spreadsheet would run as a formula.
 */
export class CsvTraces implements TraceWriter {
  readonly type = 'text/csv';
  #answers = 0;

  *add({ model, question, record }: TracedAnswer): Generator<string> {
    if (this.#answers === 0) yield HEAD;
    const answer = this.#answers++;
    const about = `${answer},${cell(model)},${cell(question)}`;
    const { layers, used, texts, count, chosen, weights, isIdsOnly = false } = record;
    const stride = layers.length * used;
    for (let token = 0; token < count; token++) {
      const rows: string[] = [];
      const of = `${about},${token},${cell(texts[token] ?? '')}`;
      for (let i = 0; i < stride; i++) {
        const at = token * stride + i;
        const weight = isIdsOnly ? '' : short(weights[at] ?? 0);
        rows.push(`${of},${layers[Math.floor(i / used)] ?? 0},${i % used},${chosen[at] ?? 0},${weight}${LINE}`);
      }
      yield rows.join('');
    }
  }

  *end(): Generator<string> {
    if (this.#answers === 0) yield HEAD;
  }
}

const HEAD = `answer,model,question,token,text,layer,rank,expert,weight${LINE}`;

function cell(text: string): string {
  return `"${JSON.stringify(text).replaceAll('"', '""')}"`;
}

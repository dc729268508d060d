// @huggingface/jinja with limits on what a template may make: text of gigabytes, a list of a hundred million numbers, or a loop
// without end would take the memory before any clock runs out, and memory that runs out takes the whole process in some engines.
import { Environment, Interpreter } from '@huggingface/jinja';

/** Twice what a prompt may be, so that the limit on the prompt is what people meet. */
const MAX_STRING_LENGTH = 8 * 1024 * 1024;
/** Far more than messages, tools and their parts together. */
const MAX_LIST_LENGTH = 1_000_000;
/** Of texts and lists that operators, filters and calls make; a conversation that fills a context of a million tokens makes a tenth. */
const MAX_MADE = 512 * 1024 * 1024;
/** A few seconds, where no thread of its own can be ended: 10,000 messages of a large template are a million. */
const MAX_STEPS = 20_000_000;

/** A template that goes beyond what a template may. */
export class TemplateLimitError extends Error {}

type Statement = Parameters<Interpreter['evaluate']>[0];
type Value = ReturnType<Interpreter['evaluate']>;

/** The kinds of node that make a new value; all others hand on what there is. */
const MAKERS: ReadonlySet<string> = new Set([
  'BinaryExpression',
  'CallExpression',
  'FilterExpression',
  'FilterStatement',
  'CallStatement',
]);

const { run } = Interpreter.prototype;

class LimitedInterpreter extends Interpreter {
  #steps = 0;
  #made = 0;

  override run(program: Parameters<Interpreter['run']>[0]): Value {
    return run.call(this, program);
  }

  override evaluate(statement: Statement, environment: Environment): Value {
    if (++this.#steps > MAX_STEPS) throw new TemplateLimitError('takes too many steps');
    const value = super.evaluate(statement, environment);
    const length = lengthOf(value);
    if (length > 0 && statement !== undefined && MAKERS.has(statement.type)) {
      this.#made += length;
      if (this.#made > MAX_MADE) throw new TemplateLimitError('makes too much text');
    }
    return value;
  }
}

/** @throws TemplateLimitError for what is too long by itself. */
function lengthOf({ value }: Value): number {
  if (typeof value === 'string') {
    if (value.length > MAX_STRING_LENGTH) throw new TemplateLimitError('makes a text that is too long');
    return value.length;
  }
  if (!Array.isArray(value)) return 0;
  if (value.length > MAX_LIST_LENGTH) throw new TemplateLimitError('makes a list that is too long');
  return value.length;
}

/** As the `range` of Jinja; the library's makes a list of all numbers before anyone can look at it. */
function range(from: number, to: number | null = null, step = 1): number[] {
  const [start, end] = to === null ? [0, from] : [from, to];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length > MAX_LIST_LENGTH) throw new TemplateLimitError('counts too far');
  return Array.from({ length: Number.isNaN(length) ? 0 : length }, (_, i) => start + i * step);
}

// `Template.render` makes an `Interpreter` with globals that the library does not export: here it meets ours.
Interpreter.prototype.run = function (program) {
  const own = new Environment();
  own.set('range', range);
  for (const [name, value] of own.variables) this.global.variables.set(name, value);
  return new LimitedInterpreter(this.global).run(program);
};

export { Template } from '@huggingface/jinja';

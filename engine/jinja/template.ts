// Chat templates are Jinja, as transformers sets it up. This is the door: a template's text goes in once, and for each
// conversation a text comes out, with what of it came from the conversation.
import { GLOBALS } from './globals.ts';
import { run } from './interpreter.ts';
import { withBudget } from './limits.ts';
import { MarkedText } from './marked-text.ts';
import { parse } from './parser.ts';
import type { Statement } from './syntax.ts';
import type { Value } from './values.ts';

export { TemplateError, TemplateSyntaxError } from './errors.ts';
export { TemplateLimitError } from './limits.ts';

export interface Rendered {
  readonly text: string;
  /** What of it came from the conversation: start, end, start, end … in UTF-16 units. Ascending and apart. */
  readonly data: readonly number[];
}

export class Template {
  readonly #body: readonly Statement[];

  /** @throws TemplateSyntaxError; TemplateLimitError */
  constructor(source: string) {
    this.#body = parse(source);
  }

  /** @throws TemplateError; TemplateLimitError */
  render(variables: ReadonlyMap<string, Value>): Rendered {
    const output = withBudget(() => run(this.#body, new Map([...GLOBALS, ...variables])));
    return output instanceof MarkedText ? { text: output.text, data: output.data } : { text: output, data: [] };
  }
}

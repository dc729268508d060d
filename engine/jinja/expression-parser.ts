import { TemplateLimitError } from './limits.ts';
import type { ArgumentList, CallExpression, ComparedWith, Expression } from './syntax.ts';
import { TokenReader } from './token-reader.ts';
import { Float, integer } from './values.ts';

const NO_ARGUMENTS: ArgumentList = { positional: [], named: [], more: undefined, moreNamed: undefined };
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Nodes on one another, as a chain of operators makes them: as deep as an expression may be when it runs. */
const MAX_CHAIN = 500;

/** Names that macros have without naming them. */
export type MacroName = 'caller' | 'kwargs' | 'varargs';
export const MACRO_NAMES: ReadonlySet<string> = new Set<MacroName>(['caller', 'kwargs', 'varargs']);

export const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** What stands in `{{ … }}` and in tags; the loosest operators first. */
export class ExpressionParser extends TokenReader {
  /** Of the macros that are open: what their bodies speak of. */
  protected readonly macros: Set<MacroName>[] = [];

  protected isTupleEnd(end: string | undefined): boolean {
    return (
      this.isAt('variable_end') ||
      this.isAt('block_end') ||
      this.isOperator(')') ||
      (end !== undefined && this.isWord(end))
    );
  }

  /** One expression, or several with commas between them. */
  protected tuple({
    conditions = true,
    end,
    parentheses = false,
  }: { readonly conditions?: boolean; readonly end?: string; readonly parentheses?: boolean } = {}): Expression {
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0) this.expect('operator', ',');
      if (this.isTupleEnd(end)) break;
      items.push(this.expression(conditions));
      if (!this.isOperator(',')) break;
      isTuple = true;
    }
    if (!isTuple && items[0] !== undefined) return items[0];
    if (!isTuple && !parentheses) throw this.error(`Expected an expression, got ${this.token.text || this.token.kind}`);
    return { kind: 'tuple', items };
  }

  protected expression(conditions = true): Expression {
    return this.within(() => (conditions ? this.#condition() : this.#or()));
  }

  #condition(): Expression {
    let expression = this.#or();
    for (let chain = 0; this.skipWord('if'); chain++) {
      this.#checkChain(chain);
      const test = this.#or();
      const otherwise = this.skipWord('else') ? this.within(() => this.#condition()) : undefined;
      expression = { kind: 'condition', test, chosen: expression, otherwise };
    }
    return expression;
  }

  #checkChain(length: number): void {
    if (length > MAX_CHAIN) throw new TemplateLimitError('is nested too deeply');
  }

  #or(): Expression {
    let left = this.#and();
    for (let chain = 0; this.skipWord('or'); chain++) {
      this.#checkChain(chain);
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    for (let chain = 0; this.skipWord('and'); chain++) {
      this.#checkChain(chain);
      left = { kind: 'and', left, right: this.#not() };
    }
    return left;
  }

  #not(): Expression {
    if (this.skipWord('not')) return { kind: 'not', of: this.within(() => this.#not()) };
    return this.#compare();
  }

  #compare(): Expression {
    const first = this.#sum();
    const rest: ComparedWith[] = [];
    for (;;) {
      const { kind, text } = this.token;
      if (kind === 'operator' && COMPARISONS.has(text)) {
        this.at++;
        rest.push({ operator: text as ComparedWith['operator'], value: this.#sum() });
      } else if (this.skipWord('in')) {
        rest.push({ operator: 'in', value: this.#sum() });
      } else if (this.isWord('not') && this.nextToken.kind === 'name' && this.nextToken.text === 'in') {
        this.at += 2;
        rest.push({ operator: 'not in', value: this.#sum() });
      } else {
        return rest.length === 0 ? first : { kind: 'compare', first, rest };
      }
    }
  }

  #sum(): Expression {
    let left = this.#concat();
    for (let chain = 0; this.isOperator('+') || this.isOperator('-'); chain++) {
      this.#checkChain(chain);
      const operator = this.isOperator('+') ? '+' : '-';
      this.at++;
      left = { kind: 'binary', operator, left, right: this.#concat() };
    }
    return left;
  }

  #concat(): Expression {
    const parts = [this.#product()];
    while (this.skipOperator('~')) parts.push(this.#product());
    return parts.length === 1 ? (parts[0] as Expression) : { kind: 'concat', parts };
  }

  #product(): Expression {
    let left = this.#power();
    for (let chain = 0; ; chain++) {
      const { kind, text } = this.token;
      if (kind !== 'operator' || (text !== '*' && text !== '/' && text !== '//' && text !== '%')) return left;
      this.#checkChain(chain);
      this.at++;
      left = { kind: 'binary', operator: text, left, right: this.#power() };
    }
  }

  #power(): Expression {
    let left = this.#unary(true);
    for (let chain = 0; this.skipOperator('**'); chain++) {
      this.#checkChain(chain);
      left = { kind: 'binary', operator: '**', left, right: this.#unary(true) };
    }
    return left;
  }

  #unary(withFilters: boolean): Expression {
    const sign = this.skipOperator('-') ? 'negative' : this.skipOperator('+') ? 'positive' : undefined;
    const node: Expression =
      sign === undefined ? this.#primary() : { kind: sign, of: this.within(() => this.#unary(false)) };
    const whole = this.#postfix(node);
    return withFilters ? this.#filtersAndTests(whole) : whole;
  }

  #primary(): Expression {
    const token = this.token;
    this.at++;
    if (token.kind === 'name') return this.#named(token.text);
    if (token.kind === 'string') {
      let { text } = token;
      while (this.isAt('string')) {
        text += this.token.text;
        this.at++;
      }
      return { kind: 'constant', value: text };
    }
    if (token.kind === 'integer') return { kind: 'constant', value: integer(BigInt(token.text)) };
    if (token.kind === 'float') return { kind: 'constant', value: new Float(Number(token.text)) };
    if (token.kind === 'operator' && token.text === '(') {
      const inner = this.within(() => this.tuple({ parentheses: true }));
      this.expect('operator', ')');
      return inner;
    }
    if (token.kind === 'operator' && token.text === '[') return this.#list();
    if (token.kind === 'operator' && token.text === '{') return this.#dict();
    this.at--;
    throw this.error(`unexpected '${token.text || token.kind}'`);
  }

  #named(name: string): Expression {
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return { kind: 'constant', value: constant };
    if (MACRO_NAMES.has(name)) for (const uses of this.macros) uses.add(name as MacroName);
    return { kind: 'name', name };
  }

  #list(): Expression {
    const items: Expression[] = [];
    while (!this.isOperator(']')) {
      if (items.length > 0) this.expect('operator', ',');
      if (this.isOperator(']')) break;
      items.push(this.expression());
    }
    this.at++;
    return { kind: 'list', items };
  }

  #dict(): Expression {
    const entries: (readonly [Expression, Expression])[] = [];
    while (!this.isOperator('}')) {
      if (entries.length > 0) this.expect('operator', ',');
      if (this.isOperator('}')) break;
      const key = this.expression();
      this.expect('operator', ':');
      entries.push([key, this.expression()]);
    }
    this.at++;
    return { kind: 'dict', entries };
  }

  #postfix(first: Expression): Expression {
    let node = first;
    for (let chain = 0; ; chain++) {
      this.#checkChain(chain);
      if (this.skipOperator('.')) node = this.#attribute(node);
      else if (this.skipOperator('[')) node = this.#subscript(node);
      else if (this.isOperator('(')) node = this.#call(node);
      else return node;
    }
  }

  #filtersAndTests(first: Expression): Expression {
    let node = first;
    for (let chain = 0; ; chain++) {
      this.#checkChain(chain);
      if (this.isOperator('|')) node = this.filters(node);
      else if (this.skipWord('is')) node = this.#test(node);
      else if (this.isOperator('(')) node = this.#call(node);
      else return node;
    }
  }

  #attribute(of: Expression): Expression {
    const token = this.token;
    this.at++;
    if (token.kind === 'name') return { kind: 'attribute', of, name: token.text };
    if (token.kind === 'integer')
      return { kind: 'item', of, key: { kind: 'constant', value: integer(BigInt(token.text)) } };
    this.at--;
    throw this.error('expected name or number');
  }

  #subscript(of: Expression): Expression {
    const keys: Expression[] = [];
    let sliced: Expression | undefined;
    while (!this.isOperator(']')) {
      if (keys.length > 0 || sliced !== undefined) this.expect('operator', ',');
      const key = this.isOperator(':') ? undefined : this.expression();
      if (this.isOperator(':')) sliced = this.#slice(of, key);
      else if (key !== undefined) keys.push(key);
    }
    this.at++;
    if (sliced !== undefined && keys.length > 0) throw this.error('a slice stands alone');
    if (sliced !== undefined) return sliced;
    return { kind: 'item', of, key: keys.length === 1 ? (keys[0] as Expression) : { kind: 'tuple', items: keys } };
  }

  #slice(of: Expression, from: Expression | undefined): Expression {
    const part = (): Expression | undefined =>
      this.isOperator(':') || this.isOperator(']') || this.isOperator(',') ? undefined : this.expression();
    this.at++;
    const to = part();
    const step = this.skipOperator(':') ? part() : undefined;
    return { kind: 'slice', of, from, to, step };
  }

  #call(of: Expression): CallExpression {
    return { kind: 'call', of, args: this.#arguments() };
  }

  #arguments(): ArgumentList {
    const positional: Expression[] = [];
    const named: (readonly [string, Expression])[] = [];
    let more: Expression | undefined;
    let moreNamed: Expression | undefined;
    this.expect('operator', '(');
    const ensure = (isRight: boolean): void => {
      if (!isRight) throw this.error('invalid syntax for function call expression');
    };
    for (let isFirst = true; !this.isOperator(')'); isFirst = false) {
      if (!isFirst) {
        this.expect('operator', ',');
        if (this.isOperator(')')) break;
      }
      if (this.skipOperator('*')) {
        ensure(more === undefined && moreNamed === undefined);
        more = this.expression();
      } else if (this.skipOperator('**')) {
        ensure(moreNamed === undefined);
        moreNamed = this.expression();
      } else if (this.token.kind === 'name' && this.nextToken.kind === 'operator' && this.nextToken.text === '=') {
        ensure(moreNamed === undefined);
        const name = this.token.text;
        this.at += 2;
        named.push([name, this.expression()]);
      } else {
        ensure(more === undefined && moreNamed === undefined && named.length === 0);
        positional.push(this.expression());
      }
    }
    this.at++;
    return { positional, named, more, moreNamed };
  }

  #dottedName(): string {
    let name = this.expect('name').text;
    while (this.skipOperator('.')) name += `.${this.expect('name').text}`;
    return name;
  }

  protected filters(first: undefined, isInline: true): Expression;
  protected filters(first: Expression | undefined): Expression;
  protected filters(first: Expression | undefined, isInline = false): Expression {
    /** How many have no bar before them. */
    const inline = Number(isInline);
    let node = first;
    for (let chain = 0; this.isOperator('|') || chain < inline; chain++) {
      this.#checkChain(chain);
      if (chain >= inline) this.at++;
      const name = this.#dottedName();
      node = { kind: 'filter', of: node, name, args: this.isOperator('(') ? this.#arguments() : NO_ARGUMENTS };
    }
    if (node === undefined) throw this.error('expected a filter');
    return node;
  }

  #test(of: Expression): Expression {
    const isNegated = this.skipWord('not');
    const name = this.#dottedName();
    const test: Expression = { kind: 'test', of, name, args: this.#testArguments() };
    return isNegated ? { kind: 'not', of: test } : test;
  }

  /** In parentheses, or one alone. */
  #testArguments(): ArgumentList {
    if (this.isOperator('(')) return this.#arguments();
    const { kind, text } = this.token;
    const begins =
      kind === 'name' || kind === 'string' || kind === 'integer' || kind === 'float' || text === '[' || text === '{';
    if (!begins || (kind === 'name' && (text === 'else' || text === 'or' || text === 'and'))) return NO_ARGUMENTS;
    if (kind === 'name' && text === 'is') throw this.error('You cannot chain multiple tests with is');
    return { ...NO_ARGUMENTS, positional: [this.#postfix(this.#primary())] };
  }
}

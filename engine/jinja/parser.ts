// Tokens as a tree: the tags of a template, and what stands between them.
import type { TemplateSyntaxError } from './errors.ts';
import { CONSTANTS, ExpressionParser, MACRO_NAMES, type MacroName } from './expression-parser.ts';
import { tokenize } from './lexer.ts';
import type { Expression, MacroDefinition, Parameter, Statement, Target } from './syntax.ts';

/** @throws TemplateSyntaxError; TemplateLimitError where it is nested too deeply */
export function parse(template: string): Statement[] {
  return new Parser(tokenize(template)).template();
}

class Parser extends ExpressionParser {
  readonly #blocks = new Set<string>();

  template(): Statement[] {
    const body = this.#statements([]);
    if (this.token.kind !== 'end') throw this.#unknownTag();
    return body;
  }

  /** Up to one of these tags, which is the current token then; without tags up to the end. */
  #statements(ends: readonly string[]): Statement[] {
    const body: Statement[] = [];
    for (;;) {
      const token = this.token;
      switch (token.kind) {
        case 'data':
          this.at++;
          body.push({ kind: 'text', text: token.text });
          break;
        case 'variable_begin':
          this.at++;
          body.push({ kind: 'print', value: this.tuple() });
          this.expect('variable_end');
          break;
        case 'block_begin':
          this.at++;
          if (this.token.kind === 'name' && ends.includes(this.token.text)) return body;
          body.push(...this.within(() => this.#statement()));
          this.expect('block_end');
          break;
        default:
          if (ends.length > 0)
            throw this.error(
              `Unexpected end of template. Jinja was looking for the following tags: ${ends.join(', ')}`,
            );
          return body;
      }
    }
  }

  /** What stands between two tags. The end of the second one is still to come. */
  #body(...ends: readonly string[]): Statement[] {
    this.skipOperator(':');
    this.expect('block_end');
    return this.#statements(ends);
  }

  #closedBody(end: string): Statement[] {
    const body = this.#body(end);
    this.at++;
    return body;
  }

  #statement(): Statement[] {
    const token = this.token;
    if (token.kind !== 'name') throw this.error('tag name expected');
    this.at++;
    switch (token.text) {
      case 'for':
        return [this.#for()];
      case 'if':
        return [this.#if()];
      case 'set':
        return [this.#set()];
      case 'macro':
        return [this.#macro()];
      case 'call':
        return [this.#callBlock()];
      case 'filter': {
        const filter = this.filters(undefined, true);
        return [{ kind: 'filter-block', filter, body: this.#closedBody('endfilter') }];
      }
      case 'with':
        return [this.#with()];
      case 'generation':
        return [{ kind: 'scope', body: this.#closedBody('endgeneration') }];
      case 'autoescape':
        this.expression();
        return [{ kind: 'scope', body: this.#closedBody('endautoescape') }];
      case 'break':
      case 'continue':
        return [{ kind: token.text }];
      case 'print':
        return this.#print();
      case 'block':
        return [this.#block()];
      case 'include':
      case 'import':
      case 'from':
      case 'extends':
        return [this.#import()];
      default:
        this.at--;
        throw this.#unknownTag();
    }
  }

  #print(): Statement[] {
    const printed: Statement[] = [];
    while (!this.isAt('block_end')) {
      if (printed.length > 0) this.expect('operator', ',');
      printed.push({ kind: 'print', value: this.expression() });
    }
    return printed;
  }

  #block(): Statement {
    const name = this.expect('name').text;
    const isScoped = this.skipWord('scoped');
    this.skipWord('required');
    if (this.#blocks.has(name)) throw this.error(`block '${name}' defined twice`);
    this.#blocks.add(name);
    const body = this.#closedBody('endblock');
    this.skipWord(name);
    return { kind: 'block', name, isScoped, body };
  }

  #import(): Statement {
    const template = this.expression();
    while (!this.isAt('block_end') && !this.isAt('end')) this.at++;
    return { kind: 'import', template };
  }

  #for(): Statement {
    const target = this.#target('in');
    this.expect('name', 'in');
    const items = this.tuple({ conditions: false, end: 'recursive' });
    const test = this.skipWord('if') ? this.expression() : undefined;
    const isRecursive = this.skipWord('recursive');
    const body = this.#body('endfor', 'else');
    const hasElse = this.isWord('else');
    this.at++;
    const otherwise = hasElse ? this.#closedBody('endfor') : [];
    return { kind: 'for', target, items, test, isRecursive, body, otherwise };
  }

  #if(): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    do {
      const test = this.tuple({ conditions: false });
      branches.push({ test, body: this.#body('elif', 'else', 'endif') });
    } while (this.skipWord('elif'));
    const hasElse = this.isWord('else');
    this.at++;
    return { kind: 'if', branches, otherwise: hasElse ? this.#closedBody('endif') : [] };
  }

  #set(): Statement {
    const target = this.#target(undefined, true);
    if (this.skipOperator('=')) return { kind: 'set', target, value: this.tuple() };
    const filter = this.isOperator('|') ? this.filters(undefined) : undefined;
    return { kind: 'set-block', target, filter, body: this.#closedBody('endset') };
  }

  #with(): Statement {
    const variables: { target: Target; value: Expression }[] = [];
    while (!this.isAt('block_end')) {
      if (variables.length > 0) this.expect('operator', ',');
      const target = this.#target();
      this.expect('operator', '=');
      variables.push({ target, value: this.expression() });
    }
    return { kind: 'with', variables, body: this.#closedBody('endwith') };
  }

  #macro(): Statement {
    const name = this.#assignedName();
    const parameters = this.#parameters();
    return { kind: 'macro', macro: this.#macroBody(name, parameters, 'endmacro') };
  }

  #callBlock(): Statement {
    const parameters = this.isOperator('(') ? this.#parameters() : [];
    const call = this.expression();
    if (call.kind !== 'call') throw this.error('expected call');
    return { kind: 'call-block', call, caller: this.#macroBody(undefined, parameters, 'endcall') };
  }

  #macroBody(name: string | undefined, parameters: readonly Parameter[], end: string): MacroDefinition {
    const uses = new Set<MacroName>();
    this.macros.push(uses);
    const body = this.#closedBody(end);
    this.macros.pop();
    for (const parameter of parameters) {
      if (parameter.name === 'caller' && uses.has('caller') && parameter.missing === undefined)
        throw this.error('the special "caller" argument must be omitted or be given a default');
      if (MACRO_NAMES.has(parameter.name)) uses.delete(parameter.name as MacroName);
    }
    return { name, parameters, body, uses };
  }

  #parameters(): Parameter[] {
    const parameters: Parameter[] = [];
    this.expect('operator', '(');
    while (!this.isOperator(')')) {
      if (parameters.length > 0) this.expect('operator', ',');
      const name = this.#assignedName();
      const missing = this.skipOperator('=') ? this.expression() : undefined;
      if (missing === undefined && parameters.at(-1)?.missing !== undefined)
        throw this.error('non-default argument follows default argument');
      parameters.push({ name, missing });
    }
    this.at++;
    return parameters;
  }

  #assignedName(): string {
    const { text } = this.expect('name');
    if (CONSTANTS.has(text)) throw this.error(`can't assign to '${text}'`);
    return text;
  }

  #target(end?: string, withAttributes = false): Target {
    const first = this.#oneTarget(withAttributes);
    if (!this.isOperator(',')) return first;
    const items = [first];
    while (this.skipOperator(',')) {
      if (this.isTupleEnd(end) || this.isOperator('=')) break;
      items.push(this.#oneTarget(withAttributes));
    }
    return { kind: 'tuple', items };
  }

  #oneTarget(withAttributes: boolean): Target {
    if (this.skipOperator('(')) {
      const target = this.within(() => this.#target(undefined, withAttributes));
      this.expect('operator', ')');
      return target;
    }
    const name = this.#assignedName();
    if (withAttributes && this.skipOperator('.'))
      return { kind: 'attribute', name, attribute: this.expect('name').text };
    return { kind: 'name', name };
  }

  #unknownTag(): TemplateSyntaxError {
    return this.error(`Encountered unknown tag '${this.token.text}'`);
  }
}

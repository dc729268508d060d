// Runs a template's tree. Names live in scopes: loops, macros, blocks and `with` have their own, conditions do not.
import { TemplateError, typeError, valueError } from './errors.ts';
import { isFilter, isGroup, runFilter } from './filters.ts';
import { enter, leave, makesList, spend } from './limits.ts';
import { Loop } from './loop.ts';
import { Macro, Self } from './macro.ts';
import { concat, isStr, type Str, textOf } from './marked-text.ts';
import { attributeOf, call, slice, subscript } from './members.ts';
import { calculate, negate, plus } from './operators.ts';
import { runTest } from './tests.ts';
import type {
  ArgumentList,
  ComparedWith,
  Expression,
  ForStatement,
  MacroDefinition,
  Statement,
  Target,
} from './syntax.ts';
import { areEqual, compare, contains, isTruthy, orElse, toIterable, toText } from './value-operations.ts';
import {
  type Arguments,
  Dict,
  List,
  Namespace,
  NO_ARGUMENTS,
  Once,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

class Scope {
  readonly values = new Map<string, Value>();
  readonly #outer: Scope | undefined;

  constructor(outer: Scope | undefined) {
    this.#outer = outer;
  }

  get(name: string): Value | undefined {
    const value = this.values.get(name);
    return value === undefined ? this.#outer?.get(name) : value;
  }

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }
}

/** How the statements of a body ended. */
type Flow = 'break' | 'continue' | undefined;

/** Where statements write to. */
type Output = Str[];

export function run(template: readonly Statement[], variables: ReadonlyMap<string, Value>): Str {
  return new Interpreter(variables).run(template);
}

class Interpreter {
  readonly #top: Scope;
  readonly #blocks = new Map<string, () => Str>();
  /** What a block before a filter has written. */
  #piped: Str = '';

  constructor(variables: ReadonlyMap<string, Value>) {
    const globals = new Scope(undefined);
    for (const [name, value] of variables) globals.set(name, value);
    this.#top = new Scope(globals);
  }

  run(template: readonly Statement[]): Str {
    this.#top.set('self', new Self(this.#blocks));
    const output: Output = [];
    this.#runAll(template, this.#top, output);
    return concat(output);
  }

  #runAll(body: readonly Statement[], scope: Scope, output: Output): Flow {
    for (const statement of body) {
      const flow = this.#run(statement, scope, output);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  /** What a body writes. */
  #capture(body: readonly Statement[], scope: Scope): Str {
    const output: Output = [];
    this.#runAll(body, scope, output);
    return concat(output);
  }

  #run(statement: Statement, scope: Scope, output: Output): Flow {
    spend();
    switch (statement.kind) {
      case 'text':
        output.push(statement.text);
        return undefined;
      case 'print': {
        const text = toText(this.#evaluate(statement.value, scope));
        if (text !== '') output.push(text);
        return undefined;
      }
      case 'set':
        this.#assign(statement.target, this.#evaluate(statement.value, scope), scope);
        return undefined;
      case 'set-block': {
        const inner = new Scope(scope);
        const text = this.#nested(() => this.#capture(statement.body, inner));
        const { filter } = statement;
        this.#assign(statement.target, filter === undefined ? text : this.#pipe(filter, text, inner), scope);
        return undefined;
      }
      case 'if': {
        const branch = statement.branches.find(({ test }) => isTruthy(this.#evaluate(test, scope)));
        return this.#nested(() => this.#runAll(branch?.body ?? statement.otherwise, scope, output));
      }
      case 'for':
        return this.#nested(() => this.#for(statement, scope, output));
      case 'break':
      case 'continue':
        return statement.kind;
      case 'macro': {
        const { name } = statement.macro;
        if (name !== undefined) scope.set(name, this.#macro(statement.macro, scope));
        return undefined;
      }
      case 'call-block': {
        const { of, args } = statement.call;
        const callee = this.#evaluate(of, scope);
        const { positional, named } = this.#arguments(args, scope);
        const withCaller = new Map([...named, ['caller', this.#macro(statement.caller, scope)] as const]);
        output.push(toText(this.#nested(() => call(callee, { positional, named: withCaller }))));
        return undefined;
      }
      case 'filter-block': {
        const inner = new Scope(scope);
        const text = this.#nested(() => this.#capture(statement.body, inner));
        output.push(toText(this.#pipe(statement.filter, text, inner)));
        return undefined;
      }
      case 'with': {
        const inner = new Scope(scope);
        const values = statement.variables.map(({ value }) => this.#evaluate(value, scope));
        for (const [i, { target }] of statement.variables.entries()) this.#assign(target, values[i] as Value, inner);
        return this.#nested(() => this.#runAll(statement.body, inner, output));
      }
      case 'scope':
        return this.#nested(() => this.#runAll(statement.body, new Scope(scope), output));
      case 'block': {
        const render = (from: Scope): Str => this.#nested(() => this.#capture(statement.body, new Scope(from)));
        this.#blocks.set(statement.name, () => render(this.#top));
        output.push(render(statement.isScoped ? scope : this.#top));
        return undefined;
      }
      case 'import':
        this.#evaluate(statement.template, scope);
        throw typeError('no loader for this environment specified');
      default:
        return statement satisfies never;
    }
  }

  #nested<T>(go: () => T): T {
    enter();
    const result = go();
    leave();
    return result;
  }

  /** A filter on what a block has written. */
  #pipe(filter: Expression, text: Str, scope: Scope): Value {
    const outer = this.#piped;
    this.#piped = text;
    const value = this.#evaluate(filter, scope);
    this.#piped = outer;
    return value;
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    switch (target.kind) {
      case 'name':
        scope.set(target.name, value);
        return;
      case 'attribute': {
        const namespace = scope.get(target.name);
        if (!(namespace instanceof Namespace))
          throw new TemplateError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
        namespace.values.set(target.attribute, value);
        return;
      }
      case 'tuple': {
        const items = [...toIterable(value)];
        const wanted = target.items.length;
        if (items.length > wanted) throw valueError(`too many values to unpack (expected ${wanted})`);
        if (items.length < wanted)
          throw valueError(`not enough values to unpack (expected ${wanted}, got ${items.length})`);
        for (const [i, item] of target.items.entries()) this.#assign(item, items[i] as Value, scope);
        return;
      }
      default:
        target satisfies never;
    }
  }

  #for(statement: ForStatement, scope: Scope, output: Output): Flow {
    const items = this.#evaluate(statement.items, scope);
    if (!statement.isRecursive) {
      this.#loop(statement, items, scope, output, 0, undefined);
      return undefined;
    }
    const recurse = (inner: Value, depth: number): Str =>
      this.#nested(() => {
        const written: Output = [];
        this.#loop(statement, inner, scope, written, depth, recurse);
        return concat(written);
      });
    output.push(recurse(items, 0));
    return undefined;
  }

  #loop(
    statement: ForStatement,
    items: Value,
    scope: Scope,
    output: Output,
    depth: number,
    recurse: ((items: Value, depth: number) => Str) | undefined,
  ): void {
    const filtered = statement.test === undefined ? items : new Once(this.#filtered(statement, items, scope));
    const loop = new Loop(filtered, depth, recurse);
    /** Also where every body broke off: Jinja looks at what went through. */
    let isEmpty = true;
    while (loop.advance()) {
      spend();
      const inner = new Scope(scope);
      this.#assign(statement.target, loop.current, inner);
      inner.set('loop', loop);
      const flow = this.#runAll(statement.body, inner, output);
      if (flow === 'break') break;
      if (flow === undefined) isEmpty = false;
    }
    if (isEmpty) this.#runAll(statement.otherwise, new Scope(scope), output);
  }

  *#filtered({ target, test }: ForStatement, items: Value, scope: Scope): Generator<Value, void, undefined> {
    for (const item of toIterable(items)) {
      const inner = new Scope(scope);
      this.#assign(target, item, inner);
      if (test === undefined || isTruthy(this.#evaluate(test, inner)))
        yield target.kind === 'tuple' ? valueOf(target, inner) : item;
    }
  }

  #macro(definition: MacroDefinition, scope: Scope): Macro {
    return new Macro(definition, (args) => {
      const inner = new Scope(scope);
      this.#bind(definition, args, inner);
      return this.#nested(() => this.#capture(definition.body, inner));
    });
  }

  #bind({ name, parameters, uses }: MacroDefinition, { positional, named }: Arguments, scope: Scope): void {
    const rest = new Map(named);
    for (const [i, parameter] of parameters.entries()) {
      const value = i < positional.length ? positional[i] : rest.get(parameter.name);
      if (i >= positional.length) rest.delete(parameter.name);
      scope.set(
        parameter.name,
        orElse(value, () =>
          parameter.missing === undefined
            ? new Undefined(`parameter '${parameter.name}' was not provided`)
            : this.#evaluate(parameter.missing, scope),
        ),
      );
    }
    if (uses.has('caller')) {
      scope.set(
        'caller',
        orElse(rest.get('caller'), () => new Undefined('No caller defined')),
      );
      rest.delete('caller');
    }
    const shown = name === undefined ? 'None' : `'${name}'`;
    const [extra] = rest.keys();
    if (uses.has('kwargs')) scope.set('kwargs', Dict.of(rest));
    else if (extra !== undefined) throw typeError(`macro ${shown} takes no keyword argument '${extra}'`);
    if (uses.has('varargs')) scope.set('varargs', new Tuple(positional.slice(parameters.length)));
    else if (positional.length > parameters.length)
      throw typeError(`macro ${shown} takes not more than ${parameters.length} argument(s)`);
  }

  #arguments(list: ArgumentList, scope: Scope): Arguments {
    const { positional, named, more, moreNamed } = list;
    if (positional.length === 0 && named.length === 0 && more === undefined && moreNamed === undefined)
      return NO_ARGUMENTS;
    const values = positional.map((each) => this.#evaluate(each, scope));
    const byName = new Map(named.map(([name, value]) => [name, this.#evaluate(value, scope)] as const));
    if (more !== undefined) values.push(...toIterable(this.#evaluate(more, scope)));
    if (moreNamed !== undefined) {
      const mapping = this.#evaluate(moreNamed, scope);
      if (!(mapping instanceof Dict)) throw typeError(`argument after ** must be a mapping, not ${typeName(mapping)}`);
      for (const [name, value] of mapping.entries()) {
        if (!isStr(name)) throw typeError('keywords must be strings');
        if (byName.has(textOf(name))) throw typeError(`got multiple values for keyword argument '${textOf(name)}'`);
        byName.set(textOf(name), value);
      }
    }
    return { positional: values, named: byName };
  }

  #evaluate(expression: Expression, scope: Scope): Value {
    enter();
    spend();
    const value = this.#value(expression, scope);
    leave();
    return value;
  }

  #value(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'name':
        return orElse(scope.get(expression.name), () => new Undefined(`'${expression.name}' is undefined`));
      case 'list':
        makesList(expression.items.length);
        return new List(expression.items.map((item) => this.#evaluate(item, scope)));
      case 'tuple':
        makesList(expression.items.length);
        return new Tuple(expression.items.map((item) => this.#evaluate(item, scope)));
      case 'dict':
        return Dict.of(
          expression.entries.map(([key, value]) => [this.#evaluate(key, scope), this.#evaluate(value, scope)] as const),
        );
      case 'binary': {
        const left = this.#evaluate(expression.left, scope);
        return calculate(left, expression.operator, this.#evaluate(expression.right, scope));
      }
      case 'negative':
        return negate(this.#evaluate(expression.of, scope));
      case 'positive':
        return plus(this.#evaluate(expression.of, scope));
      case 'not':
        return !isTruthy(this.#evaluate(expression.of, scope));
      case 'and': {
        const left = this.#evaluate(expression.left, scope);
        return isTruthy(left) ? this.#evaluate(expression.right, scope) : left;
      }
      case 'or': {
        const left = this.#evaluate(expression.left, scope);
        return isTruthy(left) ? left : this.#evaluate(expression.right, scope);
      }
      case 'compare':
        return this.#compare(expression.first, expression.rest, scope);
      case 'concat':
        return concat(expression.parts.map((part) => toText(this.#evaluate(part, scope))));
      case 'condition': {
        if (isTruthy(this.#evaluate(expression.test, scope))) return this.#evaluate(expression.chosen, scope);
        return expression.otherwise === undefined
          ? new Undefined('the inline if-expression evaluated to false and no else section was defined.')
          : this.#evaluate(expression.otherwise, scope);
      }
      case 'attribute': {
        const owner = this.#evaluate(expression.of, scope);
        if (isGroup(owner) && (expression.name === 'grouper' || expression.name === 'list'))
          return owner.items[expression.name === 'grouper' ? 0 : 1] as Value;
        return attributeOf(owner, expression.name);
      }
      case 'item':
        return subscript(this.#evaluate(expression.of, scope), this.#evaluate(expression.key, scope));
      case 'slice': {
        const part = (each: Expression | undefined): Value => (each === undefined ? null : this.#evaluate(each, scope));
        const owner = this.#evaluate(expression.of, scope);
        return slice(owner, part(expression.from), part(expression.to), part(expression.step));
      }
      case 'call': {
        const callee = this.#evaluate(expression.of, scope);
        return call(callee, this.#arguments(expression.args, scope));
      }
      case 'filter': {
        const value = expression.of === undefined ? this.#piped : this.#evaluate(expression.of, scope);
        return runFilter(expression.name, value, this.#arguments(expression.args, scope));
      }
      case 'test': {
        const value = this.#evaluate(expression.of, scope);
        if (expression.name === 'filter') return isStr(value) && isFilter(textOf(value));
        return runTest(expression.name, value, this.#arguments(expression.args, scope));
      }
      default:
        return expression satisfies never;
    }
  }

  #compare(first: Expression, rest: readonly ComparedWith[], scope: Scope): boolean {
    let left = this.#evaluate(first, scope);
    for (const { operator, value } of rest) {
      const right = this.#evaluate(value, scope);
      if (!holds(left, operator, right)) return false;
      left = right;
    }
    return true;
  }
}

/** What was given to a target. */
function valueOf(target: Target, scope: Scope): Value {
  if (target.kind === 'tuple') return new Tuple(target.items.map((item) => valueOf(item, scope)));
  return orElse(scope.get(target.name), () => new Undefined(`'${target.name}' is undefined`));
}

function holds(left: Value, operator: ComparedWith['operator'], right: Value): boolean {
  switch (operator) {
    case '==':
      return areEqual(left, right);
    case '!=':
      return !areEqual(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(left, operator, right);
    default:
      return operator satisfies never;
  }
}

// A template as a tree.
import type { BinaryOperator } from './operators.ts';
import type { Comparison } from './value-operations.ts';
import type { Value } from './values.ts';

export type Expression =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'negative' | 'positive' | 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  /** `a < b < c` compares each with the next. */
  | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly ComparedWith[] }
  /** `a ~ b` */
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  | {
      readonly kind: 'condition';
      readonly test: Expression;
      readonly chosen: Expression;
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly key: Expression }
  | {
      readonly kind: 'slice';
      readonly of: Expression;
      readonly from: Expression | undefined;
      readonly to: Expression | undefined;
      readonly step: Expression | undefined;
    }
  | CallExpression
  /** `of` is undefined where it is what a block has written. */
  | { readonly kind: 'filter'; readonly of: Expression | undefined; readonly name: string; readonly args: ArgumentList }
  | { readonly kind: 'test'; readonly of: Expression; readonly name: string; readonly args: ArgumentList };

export interface CallExpression {
  readonly kind: 'call';
  readonly of: Expression;
  readonly args: ArgumentList;
}

export interface ComparedWith {
  readonly operator: Comparison | '==' | '!=' | 'in' | 'not in';
  readonly value: Expression;
}

export interface ArgumentList {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [name: string, value: Expression])[];
  /** `*args` */
  readonly more: Expression | undefined;
  /** `**kwargs` */
  readonly moreNamed: Expression | undefined;
}

/** What a value can be given to. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  /** An attribute of a namespace. */
  | { readonly kind: 'attribute'; readonly name: string; readonly attribute: string }
  | { readonly kind: 'tuple'; readonly items: readonly Target[] };

export interface Parameter {
  readonly name: string;
  readonly missing: Expression | undefined;
}

export interface MacroDefinition {
  /** Undefined of what a `call` block hands to a macro. */
  readonly name: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  /** Which of these its body speaks of. */
  readonly uses: ReadonlySet<'caller' | 'kwargs' | 'varargs'>;
}

export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Expression }
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: 'set-block';
      readonly target: Target;
      readonly filter: Expression | undefined;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    }
  | ForStatement
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'macro'; readonly macro: MacroDefinition }
  | { readonly kind: 'call-block'; readonly call: CallExpression; readonly caller: MacroDefinition }
  | { readonly kind: 'filter-block'; readonly filter: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: 'with';
      readonly variables: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: readonly Statement[];
    }
  /** Its own names, and nothing else: `{% generation %}`, `{% autoescape %}`. */
  | { readonly kind: 'scope'; readonly body: readonly Statement[] }
  | { readonly kind: 'block'; readonly name: string; readonly isScoped: boolean; readonly body: readonly Statement[] }
  /** Other templates, of which there are none. */
  | { readonly kind: 'import'; readonly template: Expression };

export interface ForStatement {
  readonly kind: 'for';
  readonly target: Target;
  readonly items: Expression;
  /** Which items count. */
  readonly test: Expression | undefined;
  readonly isRecursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

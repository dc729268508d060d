import { requireNone } from './arguments.ts';
import type { Str } from './marked-text.ts';
import type { MacroDefinition } from './syntax.ts';
import { type Arguments, Callable, PythonObject, Tuple, type Value } from './values.ts';

export class Macro extends Callable {
  readonly typeName = 'Macro';
  readonly #definition: MacroDefinition;
  readonly #run: (args: Arguments) => Str;

  constructor(definition: MacroDefinition, invoke: (args: Arguments) => Str) {
    super();
    this.#definition = definition;
    this.#run = invoke;
  }

  override call(args: Arguments): Value {
    return this.#run(args);
  }

  override attribute(name: string): Value | undefined {
    const { parameters, uses } = this.#definition;
    switch (name) {
      case 'name':
        return this.#definition.name ?? null;
      case 'arguments':
        return new Tuple(parameters.map((parameter) => parameter.name));
      case 'caller':
        return uses.has('caller');
      case 'catch_kwargs':
        return uses.has('kwargs');
      case 'catch_varargs':
        return uses.has('varargs');
      default:
        return undefined;
    }
  }

  override repr(): Str {
    const { name } = this.#definition;
    return name === undefined ? '<Macro anonymous>' : `<Macro '${name}'>`;
  }
}

/** `self.block()` */
export class Self extends PythonObject {
  readonly typeName = 'TemplateReference';
  readonly #blocks: ReadonlyMap<string, () => Str>;

  constructor(blocks: ReadonlyMap<string, () => Str>) {
    super();
    this.#blocks = blocks;
  }

  override attribute(name: string): Value | undefined {
    const render = this.#blocks.get(name);
    return render && new BlockReference(render);
  }
}

class BlockReference extends Callable {
  readonly typeName = 'BlockReference';
  readonly #render: () => Str;

  constructor(render: () => Str) {
    super();
    this.#render = render;
  }

  override call(args: Arguments): Value {
    requireNone('block', args);
    return this.#render();
  }
}

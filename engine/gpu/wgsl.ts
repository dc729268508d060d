// What JavaScript has to know of a shader (its bindings, structs and constants) is read from the shader's own text, so that it is
// written down once and by those who read shaders.

export type BindingKind = 'read' | 'read_write' | 'uniform';

export interface Binding {
  readonly name: string;
  readonly number: number;
  readonly kind: BindingKind;
}

const BINDING =
  /@group\(0\)\s*@binding\((?<number>\d+)\)\s*var<(?:storage,\s*)?(?<kind>uniform|read_write|read)>\s*(?<name>\w+)/g;

const known = new Map<string, readonly Binding[]>();

/** The `@group(0)` variables that a piece of WGSL declares. */
export function bindingsOf(code: string): readonly Binding[] {
  let bindings = known.get(code);
  if (bindings === undefined) {
    bindings = Array.from(code.matchAll(BINDING), ({ groups = {} }) => ({
      name: groups['name'] ?? '',
      number: Number(groups['number']),
      kind: groups['kind'] as BindingKind,
    }));
    known.set(code, bindings);
  }
  return bindings;
}

/** Module-scope `const NAME = 1u;` of a piece of WGSL. */
export function constantsOf<Name extends string>(code: string, names: readonly Name[]): Readonly<Record<Name, number>> {
  const valueOf = (name: string): number => {
    const value = new RegExp(String.raw`^const ${name} = (\d+)u;`, 'm').exec(code)?.[1];
    if (value === undefined) throw new Error(`the shader has no constant ${name}`);
    return Number(value);
  };
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, number>;
}

/** A struct of 32-bit numbers, as it lies in a buffer. */
export interface Struct<Field extends string> {
  readonly bytes: number;
  /** Fields that are not given are 0. */
  write(values: Readonly<Partial<Record<Field, number>>>): ArrayBuffer;
  /** The struct at a byte of a buffer. */
  read(buffer: ArrayBuffer, at?: number): Readonly<Record<Field, number>>;
}

/** Structs in a uniform are made of whole vec4s; names that begin so fill up. */
const PADDING = /^pad\d*$/;

/** The struct `name` of a piece of WGSL. `fields` are all but its padding: a shader that names others is an error at once. */
export function structOf<const Field extends string>(
  code: string,
  name: string,
  fields: readonly Field[],
): Struct<Field> {
  const body = new RegExp(String.raw`struct ${name} \{([^}]*)\}`).exec(code)?.[1];
  if (body === undefined) throw new Error(`the shader has no struct ${name}`);
  const declared = Array.from(body.matchAll(/^\s*(\w+): (u32|f32),/gm), ([, field = '', type], i) => ({
    field,
    isFloat: type === 'f32',
    offset: i * 4,
  }));
  const own = declared.filter(({ field }) => !PADDING.test(field));
  const found = own.map(({ field }) => field).join(' ');
  if (found !== fields.join(' ')) throw new Error(`struct ${name} has the fields ${found}, not ${fields.join(' ')}`);
  return {
    bytes: declared.length * 4,
    write(values) {
      const view = new DataView(new ArrayBuffer(declared.length * 4));
      for (const { field, isFloat, offset } of own) {
        const value = values[field as Field] ?? 0;
        if (isFloat) view.setFloat32(offset, value, true);
        else view.setUint32(offset, value, true);
      }
      return view.buffer;
    },
    read(buffer, at = 0) {
      const view = new DataView(buffer, at, declared.length * 4);
      const values = own.map(({ field, isFloat, offset }) => [
        field,
        isFloat ? view.getFloat32(offset, true) : view.getUint32(offset, true),
      ]);
      return Object.fromEntries(values) as Record<Field, number>;
    },
  };
}

import { expect, test } from 'vitest';
import { bindingsOf, constantsOf, structOf } from './wgsl.ts';

const CODE = `
struct Piece {
  // where it begins
  first: u32, // in vec4s
  scale: f32,
  pad0: u32,
  pad1: u32,
}
const TILE = 16u; // rows
@group(0) @binding(0) var<uniform> piece: Piece;
@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [tokens]
@group(0) @binding(12) var<storage, read_write> out: array<f32>;
var<workgroup> shared_x: array<f32, TILE>;
`;

test('bindings by name, number and kind', () => {
  expect(bindingsOf(CODE)).toEqual([
    { name: 'piece', number: 0, kind: 'uniform' },
    { name: 'x', number: 3, kind: 'read' },
    { name: 'out', number: 12, kind: 'read_write' },
  ]);
});

test('a struct is written and read where the shader has its fields, and filled up', () => {
  const piece = structOf(CODE, 'Piece', ['first', 'scale']);
  expect(piece.bytes).toBe(16);
  const data = piece.write({ first: 4_000_000_000, scale: 0.5 });
  expect([...new Uint32Array(data)]).toEqual([4_000_000_000, 0x3f000000, 0, 0]);
  expect(piece.read(data)).toEqual({ first: 4_000_000_000, scale: 0.5 });
  expect(piece.read(new Uint32Array([9, 9, 9, 9, 7, 0x40000000, 0, 0]).buffer, 16)).toEqual({ first: 7, scale: 2 });
  expect(new Uint32Array(piece.write({ scale: 1 }))[0]).toBe(0);
});

test('a shader that says otherwise is found at once', () => {
  expect(() => structOf(CODE, 'Piece', ['first'])).toThrow('has the fields first scale, not first');
  expect(() => structOf(CODE, 'Other', [])).toThrow('no struct Other');
  expect(constantsOf(CODE, ['TILE'])).toEqual({ TILE: 16 });
  expect(() => constantsOf(CODE, ['ROWS'])).toThrow('no constant ROWS');
});

// Every shader variant compiles in Firefox, whose compiler (naga) is not Chrome's.
import { readFileSync } from 'node:fs';
import type { ShaderVariant, TargetVariants } from '../../tools/shader-variants.ts';
import { expect, test } from './firefox.ts';
import { SHADER_VARIANTS } from './playwright.config.ts';

const targets = JSON.parse(readFileSync(SHADER_VARIANTS, 'utf8')) as readonly TargetVariants[];
/** So many in one message to the browser. */
const BATCH = 50;

/** Runs in the page: compiles each variant to a pipeline, and tells what is wrong with those that have none. */
async function compile(f16: boolean, variants: readonly ShaderVariant[]): Promise<string[]> {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice({ requiredFeatures: f16 ? ['shader-f16'] : [] });
  if (device === undefined) return ['no device'];
  const results = await Promise.all(
    variants.map(async ({ label, code, bindings, overrides }) => {
      device.pushErrorScope('validation');
      const layout = device.createBindGroupLayout({
        entries: bindings.map(({ binding, type }) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type },
        })),
      });
      const descriptor: GPUComputePipelineDescriptor = {
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module: device.createShaderModule({ code }), entryPoint: 'main', constants: overrides },
      };
      const pipeline = device.createComputePipelineAsync(descriptor).then(
        () => undefined,
        (error: unknown) => `${label}: ${String(error)}`,
      );
      const invalid = await device.popErrorScope();
      return invalid === null ? await pipeline : `${label}: ${invalid.message}`;
    }),
  );
  device.destroy();
  return results.filter((result) => result !== undefined);
}

for (const { name, f16, variants } of targets) {
  test(`${variants.length} shader variants compile: ${name}`, async ({ tab, baseURL }) => {
    expect(variants.length).toBeGreaterThan(0);
    await tab.driver.goto(`${baseURL}/robots.txt`);
    for (let start = 0; start < variants.length; start += BATCH) {
      expect(await tab.run(compile, f16, variants.slice(start, start + BATCH))).toEqual([]);
    }
  });
}

test('a shader that does not compile is noticed', async ({ tab, baseURL }) => {
  await tab.driver.goto(`${baseURL}/robots.txt`);
  const [first] = targets[0]?.variants ?? [];
  const broken = {
    label: 'broken',
    overrides: {},
    bindings: first?.bindings ?? [],
    code: 'fn main() -> u32 { return 1.5; }',
  };
  expect(await tab.run(compile, false, [broken])).toEqual([expect.stringContaining('broken')]);
});

// Devices whose speed is foretold by `npm run bench`: published numbers, with their sources.
// FP32 counts a multiply-add as two operations. Where a source gives the memory's width and speed, bandwidth is their product.

export interface NamedDevice {
  readonly name: string;
  /** GB/s. */
  readonly bandwidth: number;
  /** TFLOP/s in f32. */
  readonly fp32: number;
  readonly api: 'Metal' | 'Vulkan' | 'D3D12';
  readonly source: string;
}

export const DEVICES: readonly NamedDevice[] = [
  {
    ...{ name: 'Phone, Snapdragon 8 Gen 3 (Adreno 750)', bandwidth: 76.8, fp32: 2.8, api: 'Vulkan' },
    source:
      'fyss.in/processor-specs/mobile-processor-specs/snapdragon-8-gen-3-specs (LPDDR5X 4800 MHz, 64 bits); FP32 estimated',
  },
  {
    ...{ name: 'Phone, Dimensity 9300 (Immortalis-G720)', bandwidth: 76.8, fp32: 3.5, api: 'Vulkan' },
    source: 'LPDDR5T-9600, 64 bits, as its maker says; FP32 estimated',
  },
  {
    ...{ name: 'Laptop, Intel Iris Xe (96 EU)', bandwidth: 68.3, fp32: 2.0, api: 'D3D12' },
    source: 'topcpu.net/en/gpu-c/arc-graphics-112eu-mobile-vs-iris-xe-graphics-96eu-mobile; LPDDR4x-4266, 128 bits',
  },
  {
    ...{ name: 'Laptop, Radeon 780M', bandwidth: 120, fp32: 4.1, api: 'D3D12' },
    source:
      'cputronic.com/cpu/amd-ryzen-7-7840u (LPDDR5x-7500, 128 bits; 768 lanes at 2.7 GHz, not counting dual issue)',
  },
  {
    ...{ name: 'Apple M1', bandwidth: 66.7, fp32: 2.6, api: 'Metal' },
    source: 'forums.macrumors.com/threads/apple-silicon-mac-chips.2471322',
  },
  {
    ...{ name: 'Apple M2', bandwidth: 100, fp32: 3.55, api: 'Metal' },
    source: 'forums.macrumors.com/threads/apple-silicon-mac-chips.2471322',
  },
  {
    ...{ name: 'Apple M4', bandwidth: 120, fp32: 4.3, api: 'Metal' },
    source: 'apple.com/newsroom/2024/05/apple-introduces-m4-chip (bandwidth); FP32 estimated from M3 and clock',
  },
  {
    ...{ name: 'Apple M1 Max', bandwidth: 400, fp32: 10.4, api: 'Metal' },
    source: 'akunu.prabod.rathnayaka.me/part1/ch05-chip-generations.html',
  },
  {
    ...{ name: 'GeForce RTX 3060 12 GB', bandwidth: 360, fp32: 12.7, api: 'D3D12' },
    source: 'topcpu.net/es/gpu-c/geforce-rtx-4090-vs-geforce-rtx-3060-12-gb-ga104',
  },
  {
    ...{ name: 'Radeon RX 7600', bandwidth: 288, fp32: 10.9, api: 'D3D12' },
    source: 'guru3d.com/articles-pages/radeon-rx-7600-review,4.html (half of 21.75: dual issue is seldom used)',
  },
  {
    ...{ name: 'GeForce RTX 4090', bandwidth: 1008, fp32: 82.6, api: 'D3D12' },
    source: 'topcpu.net/es/gpu-c/geforce-rtx-4090-vs-geforce-rtx-3060-12-gb-ga104',
  },
];

/**
 * Microseconds of a dispatch that waits for the one before it, from fast to slow. The least is what Dawn on Vulkan took on an H200
 * (`bench/results`, kernels and bindings changing); the most what browsers and runtimes were found to take that make bindings
 * anew for each (arXiv:2604.02344: 24 to 36 on Vulkan, 32 to 71 on Metal), of which prepared launches save the larger part: no one
 * has measured our own on these devices.
 */
export const LAUNCH_MICROSECONDS = {
  Vulkan: { fast: 4.9, slow: 12 },
  D3D12: { fast: 4.9, slow: 12 },
  Metal: { fast: 6, slow: 16 },
} as const satisfies Record<NamedDevice['api'], { readonly fast: number; readonly slow: number }>;

/** Of a step: submit and read-back, as far as the GPU waits for them although steps run ahead. Measured: 24 on an H200. */
export const SUBMIT_MICROSECONDS = { fast: 25, slow: 150 } as const;

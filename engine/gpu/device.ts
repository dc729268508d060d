import { EngineError } from '../errors.ts';
import type { DeviceReport } from '../api.ts';
import { KernelCache } from './kernel.ts';

/**
 * Which shape of kernel an adapter prefers. `lanes`: many threads share a row and reduce (every real GPU). `rows`: one
 * thread a row, no barriers (software adapters, where a barrier costs more than the arithmetic it guards).
 */
export type KernelProfile = 'lanes' | 'rows';

export interface Gpu {
  readonly device: GPUDevice;
  /** Compiled kernels; they outlive a model, because the next one needs many of the same. */
  readonly kernels: KernelCache;
  readonly profile: KernelProfile;
  readonly f16: boolean;
  readonly subgroups: boolean;
  /** Threads of a subgroup, where all have as many. */
  readonly subgroupSize?: number | undefined;
  /** Workgroup memory that a kernel may have; default: as much as every device has. */
  readonly workgroupBytes?: number | undefined;
  readonly timestamps: boolean;
  readonly report: DeviceReport;
}

const WANTED_FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const satisfies GPUFeatureName[];

/** Asked for as high as the adapter goes: weights are large, and the defaults (128 MiB bindings) are for phones. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const satisfies (keyof GPUSupportedLimits)[];

const NO_ADAPTER =
  'This browser offers no WebGPU adapter. Mixtab needs one: a recent Chrome, Edge, Safari or Firefox with hardware acceleration switched on.';

/**
 * Opens the best adapter with every optional feature that we can use.
 * @throws EngineError `no-webgpu`
 */
export async function openGpu(gpu: GPU | undefined, options: { readonly profile?: KernelProfile } = {}): Promise<Gpu> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new EngineError('no-webgpu', NO_ADAPTER);
  const features = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  const requiredLimits = Object.fromEntries(RAISED_LIMITS.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredFeatures: features, requiredLimits });
  const { info } = adapter;
  const isSoftware =
    info.isFallbackAdapter || /swiftshader|llvmpipe|warp/i.test(`${info.architecture} ${info.description}`);
  return {
    device,
    kernels: new KernelCache(device),
    profile: options.profile ?? (isSoftware ? 'rows' : 'lanes'),
    f16: device.features.has('shader-f16'),
    subgroups: device.features.has('subgroups'),
    subgroupSize: info.subgroupMinSize === info.subgroupMaxSize ? info.subgroupMinSize : undefined,
    workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
    timestamps: device.features.has('timestamp-query'),
    report: {
      vendor: info.vendor,
      architecture: info.architecture,
      device: info.device,
      description: info.description,
      features: [...device.features].sort(),
      limits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, device.limits[name]])),
      isFallback: isSoftware,
    },
  };
}

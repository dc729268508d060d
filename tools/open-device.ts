// Opens a WebGPU device, and nothing else: what this writes to stderr are the words of drivers, loaders and layers.
import { create } from 'webgpu';

// Dawn crashes when this object is collected while a device lives.
const gpu = create([]);
const device = await (await gpu.requestAdapter())?.requestDevice();
device?.destroy();
// Dawn keeps the process alive.
process.stdout.write('', () => process.exit());

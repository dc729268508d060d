/** Whether this browser can run the engine at all, before a worker is started. */

export type MissingSupport =
  /** Plain http on another machine: browsers offer WebGPU to secure pages only. */
  | 'insecure-context'
  | 'no-webgpu'
  /** The browser has WebGPU, but gave no adapter. */
  | 'no-adapter';

/** What is missing, or null. */
export function missingSupport(): MissingSupport | null {
  if (!window.isSecureContext) return 'insecure-context';
  if (!('gpu' in navigator) || navigator.gpu === undefined) return 'no-webgpu';
  return null;
}

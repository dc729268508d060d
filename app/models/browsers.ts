/**
 * Which browsers have WebGPU, for the page that says so.
 * Sources: the gpuweb wiki's "Implementation Status" and MDN's browser-compat-data, both of 2026.
 */
export interface BrowserSupport {
  readonly name: string;
  readonly where: string;
}

export const BROWSERS_WITH_WEBGPU: readonly BrowserSupport[] = [
  { name: 'Chrome and Edge 113 or later', where: 'Windows, macOS, ChromeOS; on Linux 144 (Intel) or 147 (NVIDIA)' },
  { name: 'Chrome 121 or later', where: 'Android 12 and newer, on most phones' },
  { name: 'Safari 26 or later', where: 'macOS, iOS and iPadOS 26' },
  { name: 'Firefox 141 or later', where: 'Windows' },
  { name: 'Firefox 145 or later', where: 'macOS 26 on Apple silicon; 147 on older macOS' },
];

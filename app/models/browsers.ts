/**
 * Which browsers have WebGPU, for the page that says so; their words are in `models.browsers`.
 * Sources: the gpuweb wiki's "Implementation Status" and MDN's browser-compat-data, both of 2026.
 */
export const BROWSERS_WITH_WEBGPU = ['chrome', 'android', 'safari', 'firefoxWindows', 'firefoxMac'] as const;

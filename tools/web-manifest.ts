/** The web manifest: what an installed Mixtab is called, looks like and offers. All paths are relative to the page. */
import type { ManifestOptions } from 'vite-plugin-pwa';

export const manifest: Partial<ManifestOptions> = {
  id: './',
  name: 'Mixtab',
  short_name: 'Mixtab',
  description: 'A mixture of experts in a tab: a language model that runs on your own GPU.',
  lang: 'en',
  dir: 'ltr',
  start_url: './',
  scope: './',
  display: 'standalone',
  display_override: ['standalone', 'minimal-ui'],
  orientation: 'any',
  background_color: '#fafaf8',
  theme_color: '#fafaf8',
  categories: ['productivity', 'utilities', 'education'],
  launch_handler: { client_mode: 'focus-existing' }, // a second window would have to wait for the GPU
  // A model opens where it lies; an export is imported. See app/pwa/launch.ts, also for the next two.
  file_handlers: [{ action: './', accept: { 'application/octet-stream': ['.gguf'], 'application/json': ['.json'] } }],
  // Taken by the service worker. A host without one that answers POST shows the page at least.
  share_target: {
    action: './?share',
    method: 'POST',
    enctype: 'multipart/form-data',
    params: {
      title: 'title',
      text: 'text',
      url: 'url',
      files: [{ name: 'files', accept: ['text/*', 'application/json', '.md', '.csv', '.log', '.py', '.ts', '.js'] }],
    },
  },
  protocol_handlers: [{ protocol: 'web+mixtab', url: './?open=%s' }],
  icons: [
    { src: './icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    { src: './icons/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: './icons/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: './icons/icon-maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
    { src: './icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: './icons/icon-monochrome.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'monochrome' },
    { src: './icons/icon-monochrome-512.png', sizes: '512x512', type: 'image/png', purpose: 'monochrome' },
  ],
  shortcuts: [
    {
      name: 'New chat',
      url: './?do=new-chat',
      icons: [{ src: './icons/shortcut-new-chat-96.png', sizes: '96x96', type: 'image/png' }],
    },
    {
      name: 'Models',
      url: './?do=models',
      icons: [{ src: './icons/shortcut-models-96.png', sizes: '96x96', type: 'image/png' }],
    },
  ],
  screenshots: [
    {
      src: './screenshots/desktop.png',
      sizes: '1280x800',
      type: 'image/png',
      form_factor: 'wide',
      label: 'A conversation, with the experts that answered',
    },
    {
      src: './screenshots/phone.png',
      sizes: '780x1688',
      type: 'image/png',
      form_factor: 'narrow',
      label: 'On a phone',
    },
  ],
};

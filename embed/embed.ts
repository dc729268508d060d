/** `dist/embed.js`: defines `<mixtab-chat>`. One file, as a classic script or as a module. */
import { MixtabChat } from './element/mixtab-chat.ts';

// Two copies on one page, of two demos: the first does for both.
if (customElements.get('mixtab-chat') === undefined) customElements.define('mixtab-chat', MixtabChat);

/** The English words, one file a part of the page. */
import type another from './en/another.json';
import type catalogue from './en/catalogue.json';
import chat from './en/chat.json';
import type embed from './en/embed.json';
import type experts from './en/experts.json';
import layout from './en/layout.json';
import models from './en/models.json';
import type routing from './en/routing.json';
import server from './en/server.json';
import type settings from './en/settings.json';
import type sharing from './en/sharing.json';
import sidebar from './en/sidebar.json';
import type tuning from './en/tuning.json';

/** Those of the first load. */
export const ENGLISH = { chat, layout, models, server, sidebar } as const;

/** Those of parts that load when they are shown (`lazyPart`), and bring their words with them. */
export interface LateEnglish {
  readonly another: typeof another;
  readonly catalogue: typeof catalogue;
  readonly embed: typeof embed;
  readonly experts: typeof experts;
  readonly routing: typeof routing;
  readonly settings: typeof settings;
  readonly sharing: typeof sharing;
  readonly tuning: typeof tuning;
}

export type LateWords = keyof LateEnglish;

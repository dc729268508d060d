/** The English words, one file a part of the page. */
import chat from './en/chat.json';
import embed from './en/embed.json';
import layout from './en/layout.json';
import models from './en/models.json';
import routing from './en/routing.json';
import server from './en/server.json';
import settings from './en/settings.json';
import sidebar from './en/sidebar.json';

export const ENGLISH = { chat, embed, layout, models, routing, server, settings, sidebar } as const;

/** The frame's own words: part of its first load, as they are not of the page's. */
import i18next from 'i18next';
import '../../app/i18n/i18n.ts';
import embed from '../../app/i18n/en/embed.json';
import { FALLBACK_LANGUAGE } from '../../app/i18n/languages.ts';

i18next.addResourceBundle(FALLBACK_LANGUAGE, 'embed', embed);

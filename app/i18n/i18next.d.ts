import 'i18next';
import type { ENGLISH, LateEnglish } from './english.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'layout';
    resources: typeof ENGLISH & LateEnglish;
    returnNull: false;
  }
}

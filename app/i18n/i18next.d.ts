import 'i18next';
import type { ENGLISH } from './english.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'layout';
    resources: typeof ENGLISH;
    returnNull: false;
  }
}

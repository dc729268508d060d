/** Attributes of `<mixtab-chat>` as settings of the frame. What is no value of an attribute is as if it were absent. */
import type { EmbedOptions } from '../protocol.ts';
import { LIMITS } from '../protocol.ts';

/** Attributes that the frame is told of, and those that concern the element alone. */
export const FRAME_ATTRIBUTES = [
  ...['model', 'prompt', 'suggestions', 'system', 'routing', 'context', 'temperature', 'top-p', 'seed', 'max-tokens'],
  ...['theme', 'lang', 'replay'],
] as const;
export const OWN_ATTRIBUTES = ['height', 'max-height', 'load', 'model-size'] as const;

/** Custom properties of CSS that the frame takes over from the page. */
export const STYLE_PROPERTIES = ['accent', 'radius', 'font', 'background'] as const;

export function optionsOf(element: HTMLElement): EmbedOptions {
  const text = (name: string, most: number): string | undefined => element.getAttribute(name)?.slice(0, most);
  const number = (name: string, least: number, most: number, isWhole: boolean): number | undefined => {
    const value = element.getAttribute(name)?.trim();
    if (value === undefined || value === '') return undefined;
    const parsed = Number(value);
    const isOne = parsed >= least && parsed <= most && (!isWhole || Number.isInteger(parsed));
    return isOne ? parsed : undefined;
  };
  const oneOf = <T extends string>(name: string, values: readonly T[]): T | undefined => {
    const value = element.getAttribute(name)?.trim().toLowerCase();
    return values.find((one) => one === value);
  };
  return defined({
    model: modelAddress(element.getAttribute('model'), element.baseURI),
    prompt: text('prompt', LIMITS.text),
    suggestions: suggestionsOf(element.getAttribute('suggestions')),
    system: text('system', LIMITS.text),
    routing: oneOf('routing', ['on', 'only', 'off']),
    context: number('context', 128, 10_000_000, true),
    temperature: number('temperature', 0, 2, false),
    topP: number('top-p', 0, 1, false),
    seed: number('seed', 0, 2 ** 32 - 1, true),
    maxTokens: number('max-tokens', 1, 1_000_000, true),
    theme: oneOf('theme', ['auto', 'light', 'dark']),
    lang: languageOf(element),
    replay: absolute(element.getAttribute('replay'), element.baseURI),
    style: styleOf(element),
  });
}

/** `hf:…` and `owner/name` stay as they are; addresses are relative to the host's page. */
export function modelAddress(value: string | null, base: string): string | undefined {
  const model = value?.trim() ?? '';
  if (model === '') return undefined;
  const isRelative = /^\.{0,2}\//.test(model) || (/\.gguf(?:\?|$)/i.test(model) && !/^[\w-]+:/.test(model));
  return (isRelative ? absolute(model, base) : model)?.slice(0, LIMITS.address);
}

function absolute(value: string | null, base: string): string | undefined {
  const address = value?.trim() ?? '';
  if (address === '') return undefined;
  return URL.canParse(address, base) ? new URL(address, base).href.slice(0, LIMITS.address) : undefined;
}

/** A JSON list of texts. */
function suggestionsOf(value: string | null): string[] | undefined {
  if (value === null) return undefined;
  try {
    const list: unknown = JSON.parse(value);
    if (!Array.isArray(list)) return undefined;
    const texts = list.filter((one): one is string => typeof one === 'string' && one.length <= LIMITS.suggestion);
    return texts.slice(0, LIMITS.suggestions);
  } catch {
    return undefined;
  }
}

/** The element's own, or that of the part of the page where it stands. */
function languageOf(element: HTMLElement): string | undefined {
  return element.closest('[lang]')?.getAttribute('lang')?.slice(0, 35) || undefined;
}

function styleOf(element: HTMLElement): EmbedOptions['style'] {
  const computed = getComputedStyle(element);
  const values = STYLE_PROPERTIES.map((name) => [name, computed.getPropertyValue(`--mixtab-${name}`).trim()]);
  return Object.fromEntries(values.filter(([, value]) => value !== '' && (value ?? '').length <= 200));
}

function defined(options: { [Name in keyof EmbedOptions]: EmbedOptions[Name] | undefined }): EmbedOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

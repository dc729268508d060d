/** `<mixtab-chat>`: a chat in a frame of Mixtab's own site, which stands in a host's page as a picture until somebody starts it. */
import { isDarkColor } from '../color.ts';
import { Connection, EmbedError, isWaiting } from '../connection.ts';
import { type Answer, type EmbedOptions, type HostMessage, LIMITS, type Notices } from '../protocol.ts';
import { FRAME_ATTRIBUTES, modelAddress, optionsOf, OWN_ATTRIBUTES } from './attributes.ts';
import { ownAddress } from './own-address.ts';
import { nameOf, poster } from './poster.ts';
import { ownStyle } from './style.ts';
import { words } from './words.ts';

const FRAME = new URL('embed.html', ownAddress());
/** After its document has come: a script that says nothing by then will say nothing. */
const SILENCE_MS = 15_000;
/** The frame gets no way to navigate the host's page, to open dialogs over it or to download. */
const SANDBOX =
  'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-storage-access-by-user-activation';

/** `detail` of the element's events. */
export interface MixtabChatEvents {
  'mixtab-ready': CustomEvent<Notices['ready']>;
  'mixtab-progress': CustomEvent<Notices['progress']>;
  'mixtab-token': CustomEvent<Notices['token']>;
  'mixtab-answer': CustomEvent<Notices['answer']>;
  'mixtab-error': CustomEvent<Notices['error']>;
}

declare global {
  interface HTMLElementTagNameMap {
    'mixtab-chat': MixtabChat;
  }
}

interface Deferred {
  readonly promise: Promise<Connection>;
  resolve(connection: Connection): void;
  reject(error: EmbedError): void;
}

export class MixtabChat extends HTMLElement {
  static readonly observedAttributes: readonly string[] = [...FRAME_ATTRIBUTES, ...OWN_ATTRIBUTES];

  readonly #box = document.createElement('div');
  readonly #slot = document.createElement('slot');
  #frame: HTMLIFrameElement | null = null;
  #connection: Connection | null = null;
  #connecting: Deferred | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #observer: IntersectionObserver | null = null;
  #isUpdating = false;
  /** Whether the device can run no model, as the frame has found. */
  #isUnsupported = false;
  /** Height that shows all of it. */
  #needed = 'auto';
  /** What was said before the frame was there. */
  #messages: readonly HostMessage[] | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [ownStyle()];
    this.#box.className = 'box';
    root.append(this.#box, this.#slot);
    // A custom property of the page has another value: each is told by a transition, which takes no time.
    this.addEventListener('transitionrun', (event) => {
      if (event.target === this && event.propertyName.startsWith('--mixtab-')) this.#changed();
    });
  }

  connectedCallback(): void {
    window.addEventListener('message', this.#onMessage);
    darkScheme.addEventListener('change', this.#changed);
    this.#update();
    this.#startByItself();
  }

  disconnectedCallback(): void {
    window.removeEventListener('message', this.#onMessage);
    darkScheme.removeEventListener('change', this.#changed);
    this.#observer?.disconnect();
    this.#observer = null;
    // Elsewhere in the page its document begins anew.
    this.#drop('The embed was taken away.');
    this.#frame?.remove();
    this.#frame = null;
  }

  attributeChangedCallback(name: string): void {
    if (name === 'load' && this.isConnected) this.#startByItself();
    this.#changed();
  }

  /** Asks a question, starting the model where that has not happened; it is seen in the chat like any other. */
  async ask(text: string): Promise<Omit<Answer, 'finishReason'>> {
    const { text: answer, reasoning, usage } = await (await this.#open()).request('ask', { text });
    return { text: answer, reasoning, usage };
  }

  /** Ends the answer under way: what was written of it stays. */
  async stop(): Promise<void> {
    await this.#connection?.request('stop');
  }

  /** Forgets what was said. */
  async clear(): Promise<void> {
    this.#messages = null;
    await this.#connection?.request('clear');
  }

  /** What was said before, as if it had been said here. */
  async setMessages(messages: readonly HostMessage[]): Promise<void> {
    this.#messages = messages.map(({ role, content }) => ({ role, content }));
    await this.#connection?.request('setMessages', { messages: [...this.#messages] });
  }

  /** As the attribute; ends when the model is loaded, where one was loaded before. Null: the bundled one. */
  async setModel(model: string | null): Promise<void> {
    if (model === null) this.removeAttribute('model');
    else this.setAttribute('model', model);
    await this.#connection?.request('setModel', { model: modelAddress(model, this.baseURI) ?? null });
  }

  readonly #changed = (): void => {
    if (this.#isUpdating) return;
    this.#isUpdating = true;
    queueMicrotask(() => {
      this.#isUpdating = false;
      if (this.isConnected) this.#update();
    });
  };

  /** Options as the frame gets them: with the theme decided, which depends on the page. */
  #options(): EmbedOptions {
    const options = optionsOf(this);
    return { ...options, theme: this.#isDark(options) ? 'dark' : 'light' };
  }

  /** A ground that the page gives decides; then the attribute; then what the page around it is, and its visitor wants. */
  #isDark({ theme, style }: EmbedOptions): boolean {
    const ground = isDarkColor(style?.background ?? '');
    if (ground !== null) return ground;
    if (theme === 'dark' || theme === 'light') return theme === 'dark';
    const scheme = getComputedStyle(this).colorScheme.split(' ');
    const isOpen = scheme.includes('normal') || (scheme.includes('light') && scheme.includes('dark'));
    return isOpen ? darkScheme.matches : scheme.includes('dark');
  }

  #update(): void {
    const options = this.#options();
    this.#box.dataset['scheme'] = options.theme;
    this.#size();
    const cannotRun = options.replay === undefined && (this.#isUnsupported || !('gpu' in navigator));
    const t = words([options.lang ?? '', ...navigator.languages]);
    this.#slot.hidden = !cannotRun;
    this.#box.hidden = cannotRun && this.childNodes.length > 0;
    if (this.#frame !== null && !cannotRun) {
      this.#frame.title = t('frame', { name: nameOf(options, t) });
      this.#frame.style.colorScheme = options.theme ?? '';
      this.#connection?.request('setOptions', { options }).catch(this.#tellError);
      return;
    }
    if (cannotRun) {
      const note = document.createElement('p');
      note.className = 'poster note';
      note.textContent = t('unsupported');
      this.#box.replaceChildren(note);
      return;
    }
    const language = options.lang !== undefined && isLanguage(options.lang) ? options.lang : 'en';
    const size = this.getAttribute('model-size');
    this.#box.replaceChildren(poster(options, size, t, language, (question) => this.#begin(question)));
  }

  #size(): void {
    const height = length('height', this.getAttribute('height'));
    const { style } = this.#box;
    style.maxHeight = length('max-height', this.getAttribute('max-height')) || (this.#isAuto ? '80vh' : '');
    if (height !== '') style.height = height;
    else if (!this.#isAuto) style.height = this.hasAttribute('height') ? '30rem' : '';
    else style.height = this.#needed;
  }

  get #isAuto(): boolean {
    return this.getAttribute('height')?.trim() === 'auto';
  }

  #startByItself(): void {
    const load = this.getAttribute('load');
    if (load === 'eager') this.#begin(undefined);
    this.#observer?.disconnect();
    if (load !== 'visible') return;
    this.#observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#observer?.disconnect();
      this.#begin(undefined);
    });
    this.#observer.observe(this);
  }

  /** What goes wrong is told by the frame, and as an event. */
  #begin(question: string | undefined): void {
    const hadFocus = this.shadowRoot?.activeElement !== null;
    const started = this.#open();
    if (hadFocus) this.#frame?.focus();
    started
      .then(async (connection) => {
        // The document that had the focus at first was an empty one: without this, the next Tab leads past the chat.
        if (hadFocus && this.shadowRoot?.activeElement === this.#frame) {
          this.#frame?.blur();
          this.#frame?.focus();
        }
        await (question === undefined || this.hasAttribute('replay')
          ? connection.request('start')
          : connection.request('ask', { text: question }));
      }, this.#tellError)
      .catch(() => undefined);
  }

  #open(): Promise<Connection> {
    if (this.#connection !== null) return Promise.resolve(this.#connection);
    if (this.#connecting !== null) return this.#connecting.promise;
    if (!this.isConnected) return Promise.reject(new EmbedError('stopped', 'Put the element into the page first.'));
    const connecting = deferred();
    this.#connecting = connecting;
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', SANDBOX);
    frame.allow = 'clipboard-write';
    frame.referrerPolicy = 'no-referrer';
    frame.src = FRAME.href;
    frame.addEventListener('load', () => {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => {
        if (this.#connecting !== connecting) return;
        this.#fail(
          'network',
          `Mixtab could not be opened from ${FRAME.origin}: no network, or a policy of this page (frame-src) forbids it.`,
        );
      }, SILENCE_MS);
    });
    const { height } = this.#box.getBoundingClientRect();
    this.#frame = frame;
    this.#needed = `${height}px`; // until the frame says what it needs
    this.#box.replaceChildren(frame);
    this.#update();
    return connecting.promise;
  }

  readonly #onMessage = (event: MessageEvent): void => {
    const frame = this.#frame;
    if (frame !== null && isWaiting(event, frame, FRAME.origin)) void this.#greet(frame);
  };

  async #greet(frame: HTMLIFrameElement): Promise<void> {
    const target = frame.contentWindow;
    if (target === null) return;
    try {
      const connection = await Connection.open(target, FRAME.origin, this.#options(), {
        ready: (detail) => this.#tell('mixtab-ready', detail),
        progress: (detail) => this.#tell('mixtab-progress', detail),
        token: (detail) => this.#tell('mixtab-token', detail),
        answer: (detail) => this.#tell('mixtab-answer', detail),
        error: (detail) => {
          this.#tell('mixtab-error', detail);
          // A recording needs no graphics processor.
          if (detail.code !== 'no-webgpu' || this.childNodes.length === 0) return;
          this.#isUnsupported = true;
          this.#changed();
        },
        size: ({ height }) => {
          this.#needed = `${Math.ceil(height) + 2}px`; // with the border
          this.#size();
        },
        wantsReplay: ({ url }) => void this.#fetchReplay(url),
      });
      if (this.#frame !== frame) return connection.close();
      this.#connection?.close();
      this.#connection = connection;
      if (this.#messages !== null) await connection.request('setMessages', { messages: [...this.#messages] });
      this.#connecting?.resolve(connection);
      this.#connecting = null;
    } catch (error) {
      const { code, message } = error instanceof EmbedError ? error : new EmbedError('internal', String(error));
      this.#fail(code, message);
    }
  }

  /** A file of the host's own, which the host's server lets no other site read. */
  async #fetchReplay(url: string): Promise<void> {
    let text = '';
    if (url === optionsOf(this).replay && new URL(url).origin === location.origin) {
      try {
        const response = await fetch(url);
        const blob = response.ok ? await response.blob() : null;
        if (blob !== null && blob.size <= LIMITS.replay) text = await blob.text();
      } catch {
        // The policy of the page forbids it, or there is no such file: the frame says so.
      }
    }
    // By now it may be another one that the frame waits for.
    if (url !== optionsOf(this).replay) return;
    await this.#connection?.request('setReplay', { text }).catch(() => undefined);
  }

  #fail(code: string, message: string): void {
    this.#drop(message, code);
    this.#needed = 'auto';
    this.#frame?.remove();
    this.#frame = null;
    this.#tell('mixtab-error', { code, message });
    this.#update();
    const note = document.createElement('p');
    note.className = 'note';
    note.setAttribute('role', 'alert');
    note.textContent = message;
    this.#box.firstElementChild?.append(note);
  }

  #drop(message: string, code = 'stopped'): void {
    clearTimeout(this.#silence);
    this.#connecting?.promise.catch(() => undefined);
    this.#connecting?.reject(new EmbedError(code, message));
    this.#connecting = null;
    this.#connection?.close();
    this.#connection = null;
  }

  readonly #tellError = (error: unknown): void => {
    if (error instanceof EmbedError && error.code !== 'stopped') {
      this.#tell('mixtab-error', { code: error.code, message: error.message });
    }
  };

  #tell<Name extends keyof MixtabChatEvents>(name: Name, detail: MixtabChatEvents[Name]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

const darkScheme = matchMedia('(prefers-color-scheme: dark)');

function deferred(): Deferred {
  let resolve: Deferred['resolve'] = () => undefined;
  let reject: Deferred['reject'] = () => undefined;
  const promise = new Promise<Connection>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}

/** A plain number is pixels; what CSS does not know is nothing. */
function length(property: 'height' | 'max-height', value: string | null): string {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return `${text}px`;
  return text !== 'auto' && text !== '' && CSS.supports(property, text) ? text : '';
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

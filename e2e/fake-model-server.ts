// A server that speaks OpenAI's language, on an origin of its own: in the forms of vLLM, SGLang, llama-server and Ollama, and out of form.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64, npy } from '../app/server/testing/npy.ts';
import {
  MODEL_LISTS,
  PROMPT_TOKENS,
  routedIds,
  sglangStream,
  STREAMS,
  TOKENS,
  vllmAnswer,
} from '../app/server/testing/recorded.ts';

export type Form = keyof typeof STREAMS;

export interface Behaviour {
  readonly form: Form;
  /** Whether pages of other origins may ask; default: yes. */
  readonly hasCors?: boolean;
  /** Wanted with each request; default: none. */
  readonly key?: string;
  /** In place of the API. */
  readonly instead?: 'html' | 'redirect';
  /** Of each answer; default: all at once. */
  readonly pauseMs?: number;
  /** In place of the recorded answer, word by word. */
  readonly answer?: string;
}

/** As the routing of the answers is told. */
const [LAYERS, USED, EXPERTS] = [6, 4, 32];

export class FakeModelServer {
  behaviour: Behaviour;
  /** Bodies of the questions that came. */
  readonly questions: Record<string, unknown>[] = [];
  /** All requests, as `METHOD path`. */
  readonly requests: string[] = [];
  /** Answers that whoever asked left before their end. */
  left = 0;
  readonly #server: Server;

  private constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(behaviour: Behaviour): Promise<FakeModelServer> {
    const server = new FakeModelServer(behaviour);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { form, hasCors = true, key, instead } = this.behaviour;
    this.requests.push(`${request.method} ${request.url}`);
    if (hasCors) {
      response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
      response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    }
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (instead === 'html') return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Hi</h1>');
    if (instead === 'redirect') return void response.writeHead(307, { Location: 'http://127.0.0.1:9/' }).end();
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      const message = `Incorrect API key provided: ${request.headers.authorization?.slice(7)}`;
      this.#json(response, { error: { message, type: 'invalid_request_error' } }, 401);
      return;
    }
    if (request.url !== '/v1/chat/completions') {
      if (request.url === '/v1/models') this.#json(response, MODEL_LISTS[form]);
      else this.#json(response, { detail: 'Not Found' }, 404);
      return;
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const question = JSON.parse(body) as Record<string, unknown>;
    this.questions.push(question);
    await this.#answer(question, response);
  }

  #json(response: ServerResponse, value: unknown, status = 200): void {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  }

  async #answer(question: Record<string, unknown>, response: ServerResponse): Promise<void> {
    const { form, answer, pauseMs = 0 } = this.behaviour;
    const ids = routedIds(LAYERS, USED, EXPERTS);
    if (question['stream'] === false) {
      const shape = [PROMPT_TOKENS + TOKENS.length - 1, LAYERS, USED];
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(vllmAnswer(base64(npy(shape, ids, '|u1'))));
      return;
    }
    const isRouted = question['return_routed_experts'] === true;
    const recorded = isRouted
      ? sglangStream(base64(new Uint8Array(Int32Array.from(ids).buffer)))
      : answer === undefined
        ? STREAMS[form]()
        : streamOf(answer);
    let isLeft = false;
    response.on('close', () => {
      isLeft = !response.writableEnded;
      if (isLeft) this.left++;
    });
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const event of recorded.split(/(?<=\n\n)/)) {
      if (isLeft) return;
      response.write(event);
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    response.end();
  }
}

function streamOf(answer: string): string {
  const pieces = answer.split(/(?<= )/).map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
  const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  return `${[...pieces, end].map((piece) => `data: ${JSON.stringify(piece)}\n\n`).join('')}data: [DONE]\n\n`;
}

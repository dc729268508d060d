import { TemplateSyntaxError } from './errors.ts';
import type { Token, TokenKind } from './lexer.ts';
import { MAX_PARSE_DEPTH, TemplateLimitError } from './limits.ts';

/** A list of tokens, and where in it a parser is. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  protected at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  protected get token(): Token {
    return this.#tokens[this.at] as Token;
  }

  protected get nextToken(): Token {
    return this.#tokens[Math.min(this.at + 1, this.#tokens.length - 1)] as Token;
  }

  protected isAt(kind: TokenKind, text?: string): boolean {
    const token = this.token;
    return token.kind === kind && (text === undefined || token.text === text);
  }

  protected isOperator(text: string): boolean {
    return this.isAt('operator', text);
  }

  protected isWord(text: string): boolean {
    return this.isAt('name', text);
  }

  protected skip(kind: TokenKind, text: string): boolean {
    if (!this.isAt(kind, text)) return false;
    this.at++;
    return true;
  }

  protected skipWord(text: string): boolean {
    return this.skip('name', text);
  }

  protected skipOperator(text: string): boolean {
    return this.skip('operator', text);
  }

  protected expect(kind: TokenKind, text?: string): Token {
    const token = this.token;
    if (!this.isAt(kind, text)) throw this.error(`expected ${text ?? kind}, got ${token.text || token.kind}`);
    this.at++;
    return token;
  }

  protected error(message: string): TemplateSyntaxError {
    return new TemplateSyntaxError(message, this.token.line);
  }

  /** One level deeper, for what may stand within itself. */
  protected within<T>(parse: () => T): T {
    if (++this.#depth > MAX_PARSE_DEPTH) throw new TemplateLimitError('is nested too deeply');
    const result = parse();
    this.#depth--;
    return result;
  }
}

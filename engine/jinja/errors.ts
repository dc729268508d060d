/** What goes wrong while a template runs; in Python an exception of this name. */
export class TemplateError extends Error {
  readonly exception: string;

  constructor(exception: string, message: string) {
    super(message);
    this.exception = exception;
  }
}

/** The template is no Jinja. */
export class TemplateSyntaxError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(`${message} (line ${line})`);
    this.line = line;
  }
}

export const typeError = (message: string): TemplateError => new TemplateError('TypeError', message);
export const valueError = (message: string): TemplateError => new TemplateError('ValueError', message);

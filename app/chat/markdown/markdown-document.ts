/** A text in pieces, with what each must know of the others. Made anew as the text grows; what stays the same is kept. */
import type { Definition } from 'mdast';
import { asCodeFence, type CodeFence, markdownPieces, type Piece } from './markdown-pieces.ts';
import { type Footnote, type Known, NOTHING_KNOWN, type ParsedPiece, parsePiece } from './parse-piece.ts';
import type { Note } from './piece-elements.ts';
import { type PieceCost, pieceCost } from './piece-cost.ts';

export interface MarkdownPiece extends Piece {
  /** Where it is one block of code, which needs no parser. */
  readonly fence: CodeFence | null;
  readonly cost: PieceCost;
}

/** A piece as it is shown; one that is shown as before is the same object as before. */
export interface ShownPiece {
  readonly piece: MarkdownPiece;
  readonly known: Known;
  readonly notes: readonly Note[];
  readonly isLoose: boolean;
}

export interface DocumentPieces {
  readonly pieces: readonly MarkdownPiece[];
  /** What is too much to be formatted by itself; empty where nothing is. */
  readonly rest: string;
}

export interface ShownDocument {
  readonly pieces: readonly ShownPiece[];
  /** Of footnotes, in order. */
  readonly references: readonly string[];
  /** All that is defined, with the formulas and the references in the footnotes themselves. */
  readonly defined: Known;
}

/** So much of one piece is parsed without being asked for: half a second on a slow machine stands between two frames. */
export const PIECE_LIMIT_MS = 250;
/** Of all pieces of a text: some 200 kB of plain paragraphs. They come one after the other, between frames. */
const TEXT_LIMIT_MS = 4000;
/** Elements cost memory and layout for good. */
const MOST_PIECES = 3000;
/** Its text is laid out where it is in sight, and coloured within limits of its own. */
const CODE_COST: PieceCost = { ms: 2, isTooDeep: false };
/** What defines something is parsed before anything is shown. */
const DEFINITIONS_LIMIT_MS = 250;
const MOST_DEFINITIONS = 300;

export class MarkdownDocument {
  #pieces: readonly MarkdownPiece[] = [];
  #shown: readonly ShownPiece[] = [];
  #known: Known = NOTHING_KNOWN;
  readonly #parsed = new WeakMap<Piece, { readonly known: Known; readonly parsed: ParsedPiece | null }>();
  readonly #definitions = new WeakMap<Piece, ParsedPiece | null>();

  /** @param text with line feeds only */
  update(text: string): DocumentPieces {
    const affordable = this.#affordable(this.#cut(text));
    this.#known = this.#knownOf(affordable.pieces);
    return affordable;
  }

  /** The first pieces of what was given last, with what they must know of each other. */
  show(pieces: readonly MarkdownPiece[]): ShownDocument {
    const loose = this.#looseLists(pieces);
    const counts = new Map<string, Note>();
    const references: string[] = [];
    const shown = pieces.map((piece, index): ShownPiece => {
      const known = this.#knownTo(piece);
      const notes = this.#referencesOf(piece).map((identifier) => noteOf(identifier, counts));
      references.push(...this.#referencesOf(piece));
      const before = this.#shown[index];
      const isLoose = loose.has(piece);
      const isSame =
        before?.piece === piece &&
        before.known === known &&
        before.isLoose === isLoose &&
        areEqual(before.notes, notes);
      return isSame ? before : { piece, known, notes, isLoose };
    });
    this.#shown = shown;
    return { pieces: shown, references, defined: references.length > 0 ? this.#defined(pieces) : NOTHING_KNOWN };
  }

  /** The footnotes as they are where all else is known. */
  #defined(pieces: readonly MarkdownPiece[]): Known {
    const footnotes = new Map<string, Footnote>();
    for (const piece of pieces) {
      if (!piece.source.includes(']:')) continue;
      const parsed = this.parsed(piece);
      for (const definition of parsed?.footnotes ?? []) {
        if (!footnotes.has(definition.identifier))
          footnotes.set(definition.identifier, { definition, formulas: parsed?.formulas ?? [] });
      }
    }
    return { links: this.#known.links, footnotes };
  }

  /** Null for what is too costly, or cannot be parsed. */
  parsed(piece: MarkdownPiece): ParsedPiece | null {
    if (!isAffordable(piece) || piece.fence !== null) return null;
    const known = this.#knownTo(piece);
    const cached = this.#parsed.get(piece);
    if (cached?.known === known) return cached.parsed;
    const parsed = parsePiece(piece.source, known);
    this.#parsed.set(piece, { known, parsed });
    return parsed;
  }

  #cut(text: string): MarkdownPiece[] {
    const before = this.#pieces;
    const pieces = markdownPieces(text).map((piece, index): MarkdownPiece => {
      const same = before[index];
      if (same?.source === piece.source && same.continues === piece.continues && same.begins === piece.begins)
        return same;
      const fence = asCodeFence(piece.source);
      return { ...piece, fence, cost: fence === null ? pieceCost(piece.source) : CODE_COST };
    });
    this.#pieces = pieces;
    return pieces;
  }

  #affordable(pieces: readonly MarkdownPiece[]): DocumentPieces {
    let ms = 0;
    const end = pieces.findIndex((piece, index) => {
      ms += isAffordable(piece) ? piece.cost.ms : 0;
      return index > 0 && (ms > TEXT_LIMIT_MS || index >= MOST_PIECES);
    });
    if (end < 0) return { pieces, rest: '' };
    const rest = pieces.slice(end).map((piece, index) => (index === 0 ? piece.source : piece.text));
    return { pieces: pieces.slice(0, end), rest: rest.join('\n') };
  }

  /** The first definition of each name holds. */
  #knownOf(pieces: readonly MarkdownPiece[]): Known {
    const links = new Map<string, Definition>();
    const footnotes = new Map<string, Footnote>();
    let ms = 0;
    for (const piece of pieces) {
      if (piece.fence !== null || !piece.source.includes(']:') || !isAffordable(piece)) continue;
      ms += piece.cost.ms;
      if (ms > DEFINITIONS_LIMIT_MS || links.size + footnotes.size > MOST_DEFINITIONS) break;
      const parsed = this.#definitions.get(piece) ?? parsePiece(piece.source, NOTHING_KNOWN);
      this.#definitions.set(piece, parsed);
      for (const definition of parsed?.links ?? []) {
        if (!links.has(definition.identifier)) links.set(definition.identifier, definition);
      }
      for (const definition of parsed?.footnotes ?? []) {
        if (footnotes.has(definition.identifier)) continue;
        footnotes.set(definition.identifier, { definition, formulas: parsed?.formulas ?? [] });
      }
    }
    if (links.size + footnotes.size === 0) return NOTHING_KNOWN;
    const isSame =
      haveEqualValues(links, this.#known.links, (a, b) => a === b) &&
      haveEqualValues(footnotes, this.#known.footnotes, (a, b) => a.definition === b.definition);
    return isSame ? this.#known : { links, footnotes };
  }

  #knownTo(piece: MarkdownPiece): Known {
    return piece.source.includes('[') ? this.#known : NOTHING_KNOWN;
  }

  #referencesOf(piece: MarkdownPiece): readonly string[] {
    if (this.#known.footnotes.size === 0 || !piece.source.includes('[^')) return [];
    return this.parsed(piece)?.references ?? [];
  }

  /** Pieces of lists that lie in several pieces, of which one is loose. */
  #looseLists(pieces: readonly MarkdownPiece[]): ReadonlySet<MarkdownPiece> {
    const loose = new Set<MarkdownPiece>();
    for (let start = 0; start < pieces.length; start++) {
      let end = start + 1;
      while (pieces[end]?.continues === 'list') end++;
      if (end === start + 1) continue;
      const parts = pieces.slice(start, end);
      const isLoose = parts.some(
        (piece, index) =>
          (index > 0 && /\n[ \t]*$/.test(parts[index - 1]?.text ?? '')) || this.parsed(piece)?.isLoose === true,
      );
      if (isLoose) for (const part of parts) loose.add(part);
      start = end - 1;
    }
    return loose;
  }
}

export function isAffordable({ cost }: MarkdownPiece): boolean {
  return cost.ms <= PIECE_LIMIT_MS && !cost.isTooDeep;
}

function noteOf(identifier: string, counts: Map<string, Note>): Note {
  const before = counts.get(identifier);
  const note = { number: before?.number ?? counts.size + 1, occurrence: (before?.occurrence ?? 0) + 1 };
  counts.set(identifier, note);
  return note;
}

function areEqual(a: readonly Note[], b: readonly Note[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ number, occurrence }, i) => number === b[i]?.number && occurrence === b[i].occurrence)
  );
}

function haveEqualValues<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  isEqual: (a: T, b: T) => boolean,
): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !isEqual(value, other)) return false;
  }
  return true;
}

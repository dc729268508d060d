/** Parses one piece of Markdown, by itself, and says what of it concerns the rest of the text. */
import type { Definition, FootnoteDefinition, Nodes, Root } from 'mdast';
import type { Construct, Extension } from 'micromark-util-types';
import remarkBreaks from 'remark-breaks';
import remarkCjkFriendly from 'remark-cjk-friendly/parseOnly';
import remarkCjkFriendlyStrikethrough from 'remark-cjk-friendly-gfm-strikethrough/parseOnly';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { type Processor, unified } from 'unified';
import { extractMath, type Formula } from './math-source.ts';
import { MAX_DEPTH } from './piece-cost.ts';
import { remarkTagsAsText } from './remark-tags-as-text.ts';

/** What is defined anywhere in a text and can be meant everywhere in it: identifiers as the parser folds them. */
export interface Known {
  readonly links: ReadonlyMap<string, Definition>;
  readonly footnotes: ReadonlyMap<string, Footnote>;
}

export interface Footnote {
  readonly definition: FootnoteDefinition;
  /** Those of its piece, to which its marks refer. */
  readonly formulas: readonly Formula[];
}

export const NOTHING_KNOWN: Known = { links: new Map(), footnotes: new Map() };

export interface ParsedPiece {
  readonly tree: Root;
  readonly formulas: readonly Formula[];
  readonly links: readonly Definition[];
  readonly footnotes: readonly FootnoteDefinition[];
  /** Identifiers of the footnotes that are referred to, in order, those within footnotes left out. */
  readonly references: readonly string[];
  /** Whether the list at its beginning is loose: its items are paragraphs, with room between them. */
  readonly isLoose: boolean;
}

/** Deeper trees than the text let expect, each level with a node or two. */
const MAX_TREE_DEPTH = MAX_DEPTH * 3;

interface ParserWithFootnotes {
  readonly defined: string[];
  gfmFootnotes?: string[];
}

/** A construct that is no construct: it tells the parser what is defined in other pieces, before it reads a character. */
function knownFrom({ links, footnotes }: Known): Extension {
  const told = new WeakSet<object>();
  const construct: Construct = {
    name: 'known',
    tokenize(_effects, _ok, nok) {
      const parser = this.parser as ParserWithFootnotes;
      if (!told.has(parser)) {
        told.add(parser);
        // The parser compares in upper case.
        for (const label of links.keys()) parser.defined.push(label.toUpperCase());
        for (const label of footnotes.keys()) (parser.gfmFootnotes ??= []).push(label.toUpperCase());
      }
      return nok;
    },
  };
  return { document: { null: construct } };
}

function remarkKnown(this: Processor, known: Known): void {
  const data = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), knownFrom(known)];
}

/** A single `~` is a range ("20~25 minutes"). Breaks come before tags, whose lines are kept by their style. */
const createProcessor = (known: Known) =>
  unified()
    .use(remarkParse)
    .use(remarkKnown, known)
    .use(remarkGfm, { singleTilde: false })
    .use(remarkCjkFriendly)
    .use(remarkCjkFriendlyStrikethrough, { singleTilde: false })
    .use(remarkBreaks)
    .use(remarkTagsAsText)
    .freeze();

const processors = new WeakMap<Known, ReturnType<typeof createProcessor>>();

function processorFor(known: Known): ReturnType<typeof createProcessor> {
  const processor = processors.get(known) ?? createProcessor(known);
  processors.set(known, processor);
  return processor;
}

/** Null where it cannot be shown: nested too deep after all, or the parser failed. */
export function parsePiece(source: string, known: Known): ParsedPiece | null {
  const { markdown, formulas } = extractMath(source);
  try {
    const processor = processorFor(known);
    const parsed = processor.parse(markdown);
    if (isTooDeep(parsed)) return null;
    const tree = processor.runSync(parsed) as Root;
    return { tree, formulas, ...factsOf(tree) };
  } catch {
    // A parser that runs out of stack, for one.
    return null;
  }
}

function isTooDeep(tree: Root): boolean {
  let level: Nodes[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_TREE_DEPTH) return true;
    level = level.flatMap((node): Nodes[] => ('children' in node ? node.children : []));
  }
  return false;
}

function factsOf(tree: Root): Pick<ParsedPiece, 'links' | 'footnotes' | 'references' | 'isLoose'> {
  const links: Definition[] = [];
  const footnotes: FootnoteDefinition[] = [];
  const references: string[] = [];
  const visit = (node: Nodes, isInFootnote: boolean): void => {
    if (node.type === 'definition') links.push(node);
    if (node.type === 'footnoteReference' && !isInFootnote) references.push(node.identifier);
    if (node.type === 'footnoteDefinition') footnotes.push(node);
    if (!('children' in node)) return;
    for (const child of node.children) visit(child, isInFootnote || node.type === 'footnoteDefinition');
  };
  visit(tree, false);
  const [first] = tree.children;
  const isLoose =
    first?.type === 'list' && (first.spread === true || first.children.some(({ spread }) => spread === true));
  return { links, footnotes, references, isLoose };
}

/** Reads files that are to go with a question: plain text in UTF-8, of a size that a model could read. */
import type { Attachment } from '../state/conversation.ts';

/** About 250,000 tokens: more than the context of any model that runs here. */
export const MAX_ATTACHMENT_BYTES = 1_000_000;
export const MAX_ATTACHMENTS = 20;
/** A paste longer than this becomes a file: in the field it would push everything else out of sight. */
export const LONG_PASTE_CHARACTERS = 4000;

export type AttachmentProblemKind = 'too-many' | 'too-large' | 'binary' | 'pdf' | 'encoding' | 'empty' | 'unreadable';

export interface AttachmentProblem {
  readonly kind: AttachmentProblemKind;
  /** Of the file. */
  readonly name: string;
}

export interface ReadAttachments {
  readonly attachments: readonly Attachment[];
  readonly problems: readonly AttachmentProblem[];
}

/** `present`: how many files the message has already. Never rejects: what could not be read is a problem. */
export async function readAttachments(files: readonly File[], present = 0): Promise<ReadAttachments> {
  const room = Math.max(0, MAX_ATTACHMENTS - present);
  const read = await Promise.all(files.slice(0, room).map(readOne));
  return {
    attachments: read.filter((one) => 'text' in one),
    problems: [
      ...read.filter((one) => 'kind' in one),
      ...files.slice(room).map(({ name }) => ({ kind: 'too-many', name }) as const),
    ],
  };
}

async function readOne(file: File): Promise<Attachment | AttachmentProblem> {
  const { name, size } = file;
  if (/\.pdf$/i.test(name) || file.type === 'application/pdf') return { kind: 'pdf', name };
  if (size > MAX_ATTACHMENT_BYTES) return { kind: 'too-large', name };
  try {
    const text = decodeText(new Uint8Array(await file.arrayBuffer()));
    if (typeof text !== 'string') return { ...text, name };
    return { id: crypto.randomUUID(), name, bytes: size, text };
  } catch {
    return { kind: 'unreadable', name }; // A folder, or a file that has gone since.
  }
}

const PDF_MARK = '%PDF-';
/** Every 16-bit encoding begins with one of these, or has zeros. */
const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const;

/** The text of a file, its lines ended by `\n`; or why it is none. */
export function decodeText(bytes: Uint8Array): string | { readonly kind: AttachmentProblemKind } {
  if (UTF16_MARKS.some(([a, b]) => bytes[0] === a && bytes[1] === b)) return { kind: 'encoding' };
  if (bytes.includes(0)) return { kind: 'binary' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { kind: isMostlyText(bytes) ? 'encoding' : 'binary' };
  }
  if (text.startsWith(PDF_MARK)) return { kind: 'pdf' };
  if (text.trim() === '') return { kind: 'empty' };
  return text.replaceAll('\r\n', '\n');
}

/** Text in an older encoding has hardly any control characters; archives and pictures have many. */
function isMostlyText(bytes: Uint8Array): boolean {
  const controls = bytes.reduce((sum, byte) => sum + (byte < 32 && (byte < 9 || byte > 13) ? 1 : 0), 0);
  return controls < bytes.length / 100;
}

/** A long paste as a file; `present` are the names that are taken. */
export function pastedAttachment(text: string, name: string, present: readonly Attachment[]): Attachment {
  const dot = name.lastIndexOf('.');
  const taken = new Set(present.map((one) => one.name));
  let free = name;
  for (let copy = 2; taken.has(free); copy++) free = `${name.slice(0, dot)} ${copy}${name.slice(dot)}`;
  return { id: crypto.randomUUID(), name: free, bytes: new TextEncoder().encode(text).length, text };
}

export function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

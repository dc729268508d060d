/** The head of a conversation, as it lies in the store and in files. Whatever is wrong with it, its messages can be reached. */
import * as v from 'valibot';
import i18next from 'i18next';
import type { ConversationHead, ModelChoice } from '../conversation.ts';
import { BaseAddress, Address, Id, Key, MAX_NAME, Name, Time } from './bounds.ts';
import { Fields, type Report } from './lenient.ts';
import { parseSampling } from './sampling-record.ts';

const Model: v.GenericSchema<unknown, ModelChoice> = v.object({
  name: Name,
  source: v.variant('kind', [
    v.object({ kind: v.literal('bundled') }),
    v.object({ kind: v.literal('url'), url: Address }),
    v.object({ kind: v.literal('stored'), id: Key }),
    v.object({
      kind: v.literal('server'),
      url: BaseAddress,
      model: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_NAME)),
      isForeign: v.exactOptional(v.literal(true)),
    }),
    v.object({ kind: v.literal('disk'), id: Id }),
  ]),
});

/** `id`: the record's key says it, and not the record. */
export function parseHead(id: string, value: unknown, report: Report): ConversationHead {
  const fields = Fields.of(value, report);
  if (fields.raw('id') !== id) fields.wrong('id');
  const title = fields.read('title', Name, '').trim();
  const updatedAt = fields.read('updatedAt', Time, null);
  const createdAt = fields.read('createdAt', Time, updatedAt ?? 0);
  const settings = fields.raw('settings') ?? null;
  return {
    id,
    title: title === '' ? i18next.t('sidebar:item.untitled') : title,
    createdAt,
    updatedAt: updatedAt ?? createdAt,
    isPinned: fields.read('isPinned', v.boolean(), false),
    leafId: fields.read('leafId', v.nullable(Id), null),
    settings: settings === null ? null : parseSampling(fields.within('settings')),
    model: fields.read('model', v.nullable(Model), null),
  };
}

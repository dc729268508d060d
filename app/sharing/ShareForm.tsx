import { Check, Copy, Download, Image, Share2 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Replay, replayFile } from '../../embed/replay.ts';
import { bytes, count } from '../layout/quantities.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';
import { useShownTheme } from '../settings/use-theme.ts';
import { fileNameOf, saveFile } from '../sidebar/save-file.ts';
import { useChat } from '../state/stores.tsx';
import { writeAnswerLink } from './answer-link.ts';
import { cardOf } from './card/card-of-replay.ts';
import { CARD, drawCard } from './card/draw-card.ts';
import { addressForFiles, addressOfLink } from './link-address.ts';
import { replayOf } from './replay-of-answer.ts';
import { TraceExport } from './TraceExport.tsx';

interface ShareFormProps {
  readonly messageId: string;
  readonly record: RoutingRecord | null;
}

type Making<T> =
  { readonly kind: 'making' } | { readonly kind: 'made'; readonly value: T } | { readonly kind: 'failed' };

export function ShareForm({ messageId, record }: ShareFormProps) {
  const { t } = useTranslation('sharing');
  const path = useChat((state) => state.path);
  const replay = useMemo(() => replayOf(path, messageId, record), [path, messageId, record]);
  return replay === null ? <p>{t('gone')}</p> : <Ways replay={replay} />;
}

function Ways({ replay }: { readonly replay: Replay }) {
  const { t } = useTranslation('sharing');
  const link = useMade(useCallback(() => writeAnswerLink(replay), [replay]));
  const name = fileNameOf(replay.question, 'answer');
  return (
    <div className="share">
      <CardPart replay={replay} name={name} link={link.kind === 'made' ? link.value : null} />
      <div className="share-ways">
        <section aria-labelledby="share-link">
          <h3 id="share-link">{t('link.title')}</h3>
          {link.kind === 'making' && <p className="share-note">{t('link.making')}</p>}
          {link.kind === 'made' && link.value !== null && <LinkField link={link.value} />}
          {(link.kind === 'failed' || (link.kind === 'made' && link.value === null)) && (
            <p className="share-note">{t('link.tooLong')}</p>
          )}
        </section>
        <FilePart replay={replay} name={name} />
        {replay.routing !== null && <TraceExport replay={replay} name={name} />}
      </div>
    </div>
  );
}

function LinkField({ link }: { readonly link: string }) {
  const { t } = useTranslation('sharing');
  const address = addressOfLink(link);
  const [isCopied, copied] = useMoment();
  return (
    <>
      <div className="share-link">
        <input
          readOnly
          value={address}
          aria-label={t('link.label')}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button
          type="button"
          className="button button-primary"
          onClick={() => void navigator.clipboard.writeText(address).then(copied, () => undefined)}
        >
          {isCopied ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />}
          {t(isCopied ? 'copied' : 'link.copy')}
        </button>
      </div>
      <p className="share-note">
        {t('link.what', { count: address.length, characters: count(address.length) })}{' '}
        <a href={address} target="_blank" rel="noopener">
          {t('link.try')}
        </a>
      </p>
      <p className="visually-hidden" role="status">
        {isCopied && t('link.copied')}
      </p>
    </>
  );
}

interface CardPartProps {
  readonly replay: Replay;
  readonly name: string;
  /** Null while there is none, or where the answer is too long for one. */
  readonly link: string | null;
}

function CardPart({ replay, name, link }: CardPartProps) {
  const { t } = useTranslation('sharing');
  const theme = useShownTheme();
  const [isCopied, copied] = useMoment();
  const { host, pathname } = new URL('./', document.baseURI);
  const made = t('card.made', { model: replay.model });
  const address = (host + pathname).replace(/\/$/, '');
  const card = useMade(
    useCallback(() => drawCard(cardOf(replay, theme, { made, address }), theme), [replay, theme, made, address]),
  );
  const picture = card.kind === 'made' ? card.value : null;
  const url = useObjectUrl(picture);
  const file = useMemo(
    () => (picture === null ? null : new File([picture], `${name}.png`, { type: 'image/png' })),
    [picture, name],
  );
  const mayShare = file !== null && canShare(file);

  async function share(): Promise<void> {
    if (file === null) return;
    try {
      await navigator.share({ files: [file], ...(link !== null && { url: addressOfLink(link) }) });
    } catch {
      // Thought better of, or not taken by the other program: the ways below remain.
    }
  }

  async function copy(): Promise<void> {
    if (picture === null) return;
    try {
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
      copied();
    } catch {
      saveFile(picture, `${name}.png`); // no permission, as in some frames: a file serves as well
    }
  }

  return (
    <section className="share-card" aria-labelledby="share-card">
      <h3 id="share-card" className="visually-hidden">
        {t('card.title')}
      </h3>
      <div className="share-picture" aria-busy={card.kind === 'making'}>
        {url !== null && (
          <img
            src={url}
            width={CARD.width}
            height={CARD.height}
            alt={t('card.alt', { question: replay.question, answer: replay.answer })}
          />
        )}
        {card.kind === 'failed' && <p className="share-note">{t('card.failed')}</p>}
      </div>
      <div className="button-row">
        {mayShare && (
          <button type="button" className="button button-primary" onClick={() => void share()}>
            <Share2 size={16} aria-hidden="true" /> {t('card.share')}
          </button>
        )}
        <button
          type="button"
          className="button"
          disabled={picture === null}
          onClick={() => picture !== null && saveFile(picture, `${name}.png`)}
        >
          <Download size={16} aria-hidden="true" /> {t('card.save')}
        </button>
        {typeof ClipboardItem !== 'undefined' && (
          <button type="button" className="button" disabled={picture === null} onClick={() => void copy()}>
            {isCopied ? <Check size={16} aria-hidden="true" /> : <Image size={16} aria-hidden="true" />}{' '}
            {t(isCopied ? 'copied' : 'card.copy')}
          </button>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {isCopied && t('card.copied')}
      </p>
    </section>
  );
}

function FilePart({ replay, name }: Omit<CardPartProps, 'link'>) {
  const { t } = useTranslation('sharing');
  const file = useMemo(() => replayFile(replay), [replay]);
  const address = addressForFiles();
  return (
    <section aria-labelledby="share-file">
      <h3 id="share-file">{t('file.title')}</h3>
      {file === null ? (
        <p className="share-note">{t('file.tooLong')}</p>
      ) : (
        <>
          <p className="share-note">
            {t('file.what')}{' '}
            <a href={address} target="_blank" rel="noopener">
              {t('file.where')}
            </a>
          </p>
          <button type="button" className="button" onClick={() => saveFile(file, `${name}.mixtab.json`)}>
            <Download size={16} aria-hidden="true" /> {t('file.save', { size: bytes(file.size) })}
          </button>
        </>
      )}
    </section>
  );
}

function canShare(file: File): boolean {
  const { canShare: asks } = navigator as Partial<Pick<Navigator, 'canShare'>>;
  // Where there is a mouse, a file and the clipboard are nearer than the system's own sheet.
  return asks !== undefined && matchMedia('(pointer: coarse)').matches && navigator.canShare({ files: [file] });
}

/** What takes a moment to make; begun anew where `make` is another. */
function useMade<T>(make: () => Promise<T>): Making<T> {
  const [making, setMaking] = useState<Making<T>>({ kind: 'making' });
  useEffect(() => {
    let isWanted = true;
    setMaking({ kind: 'making' });
    make().then(
      (value) => isWanted && setMaking({ kind: 'made', value }),
      (error: unknown) => {
        console.warn('Mixtab could not make what is to be shared', error);
        if (isWanted) setMaking({ kind: 'failed' });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [make]);
  return making;
}

function useObjectUrl(blob: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (blob === null) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return blob === null ? null : url;
}

const MOMENT_MS = 2000;

/** True for a moment after it was called. */
function useMoment(): readonly [boolean, () => void] {
  const [isNow, setNow] = useState(false);
  useEffect(() => {
    if (!isNow) return;
    const timer = setTimeout(() => setNow(false), MOMENT_MS);
    return () => clearTimeout(timer);
  }, [isNow]);
  return [isNow, () => setNow(true)];
}

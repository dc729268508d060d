import { ImageOff, Image as ImageIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchImage, ImageError, type ImageFailure } from './fetch-image.ts';
import { destination, safeImage } from './safe-url.ts';

type ImageState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown'; readonly objectUrl: string }
  | { readonly kind: 'failed'; readonly reason: ImageFailure };

interface RemoteImageProps {
  readonly src: string;
  readonly alt: string;
}

/** An image in a model's text. To load it tells its server that you read this, so it is loaded only when you say so. */
export function RemoteImage({ src, alt }: RemoteImageProps) {
  const { t } = useTranslation('chat');
  const [state, setState] = useState<ImageState>({ kind: 'asking' });
  const controller = useRef<AbortController>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const objectUrl = state.kind === 'shown' ? state.objectUrl : null;
  useEffect(() => () => void (objectUrl !== null && URL.revokeObjectURL(objectUrl)), [objectUrl]);

  const url = safeImage(src);
  const description = alt === '' ? t('image.noDescription') : alt;
  if (url === null) {
    return (
      <span className="markdown-image">
        <ImageOff size={16} aria-hidden="true" /> {t('image.unusable', { description })}
      </span>
    );
  }
  if (state.kind === 'shown') {
    return (
      <img
        className="markdown-image-shown"
        src={state.objectUrl}
        alt={alt}
        onError={() => setState({ kind: 'failed', reason: 'not-an-image' })}
      />
    );
  }

  async function load(from: string): Promise<void> {
    const own = new AbortController();
    controller.current = own;
    setState({ kind: 'loading' });
    try {
      const blob = await fetchImage(from, own.signal);
      if (!own.signal.aborted) setState({ kind: 'shown', objectUrl: URL.createObjectURL(blob) });
    } catch (error) {
      const reason = error instanceof ImageError ? error.reason : 'blocked';
      if (!own.signal.aborted) setState({ kind: 'failed', reason });
    }
  }

  const host = destination(url);
  return (
    <span className="markdown-image">
      <ImageIcon size={16} aria-hidden="true" />
      <span className="markdown-image-words">
        <span>{description}</span>
        <small role={state.kind === 'failed' ? 'alert' : undefined}>
          {state.kind === 'failed' ? t(`image.${state.reason}`, { host }) : t('image.from', { host })}
        </small>
      </span>
      {state.kind === 'failed' ? (
        <a className="button" href={url} target="_blank" rel="noopener noreferrer nofollow">
          {t('image.open')}
        </a>
      ) : (
        <button type="button" className="button" disabled={state.kind === 'loading'} onClick={() => void load(url)}>
          {state.kind === 'loading' ? t('image.loading') : t('image.load')}
        </button>
      )}
    </span>
  );
}

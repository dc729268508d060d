import { Check, Copy, Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShownTheme } from '../settings/use-theme.ts';
import type { MapData } from './map-geometry.ts';
import { mapPicture } from './map-picture.ts';

interface MapPictureProps {
  readonly data: MapData;
  readonly title: string;
}

const COPIED_MS = 2000;

/** Buttons that give the map away as a picture. */
export function MapPicture({ data, title }: MapPictureProps) {
  const { t } = useTranslation('routing');
  const theme = useShownTheme();
  const [isCopied, setCopied] = useState(false);

  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);

  async function save(): Promise<void> {
    const url = URL.createObjectURL(await mapPicture(data, title, theme));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'mixtab-routing.png';
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000); // after the browser has begun to read it
  }

  async function copy(): Promise<void> {
    try {
      // A promise inside: Safari forgets that a person asked when something is awaited before.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': mapPicture(data, title, theme) })]);
      setCopied(true);
    } catch {
      await save(); // no permission, as in some frames: a file serves as well
    }
  }

  return (
    <>
      {typeof ClipboardItem !== 'undefined' && (
        <button
          type="button"
          className="icon-button"
          aria-label={t(isCopied ? 'map.copied' : 'map.copy')}
          data-tooltip={t('map.copy')}
          onClick={() => void copy()}
        >
          {isCopied ? <Check size={16} /> : <Copy size={16} />}
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={t('map.save')}
        data-tooltip={t('map.save')}
        onClick={() => void save()}
      >
        <Download size={16} />
      </button>
    </>
  );
}

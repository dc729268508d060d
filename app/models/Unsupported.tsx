/** Shown in place of the chat where the engine cannot run. */
import './unsupported.css';
import { useTranslation } from 'react-i18next';
import type { MissingSupport } from '../browser-support.ts';
import { Mark } from '../icons/Mark.tsx';
import { useTheme } from '../settings/use-theme.ts';
import { BROWSERS_WITH_WEBGPU } from './browsers.ts';

/** A recorded answer with its routing, as other pages show it: it needs neither WebGPU nor a model. */
function recordedAddress(): string {
  const replay = new URL('examples/answer.mixtab.json', document.baseURI).href;
  return `embed.html#${new URLSearchParams({ replay, routing: 'on' }).toString()}&play`;
}

interface UnsupportedProps {
  readonly missing: MissingSupport;
  /** Goes on without an engine: a server answers. */
  readonly onUseServer?: () => void;
}

export function Unsupported({ missing, onUseServer }: UnsupportedProps) {
  useTheme('system');
  const { t } = useTranslation('models');
  return (
    <main className="unsupported">
      <Mark size={56} />
      <h1>{t(`unsupported.${missing}.title`)}</h1>
      <p>{t(`unsupported.${missing}.text`)}</p>
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => location.reload()}>
          {t('unsupported.retry')}
        </button>
        {/* Keys need a secure page too. */}
        {onUseServer !== undefined && missing !== 'insecure-context' && (
          <button type="button" className="button" onClick={onUseServer}>
            {t('unsupported.useServer')}
          </button>
        )}
      </div>
      {missing !== 'insecure-context' && (
        <>
          <section aria-labelledby="recorded">
            <h2 id="recorded">{t('unsupported.recorded')}</h2>
            <p>{t('unsupported.recordedText')}</p>
            {/* oxlint-disable-next-line react/iframe-missing-sandbox -- a page of our own, which a sandbox would keep from its files */}
            <iframe title={t('unsupported.recorded')} src={recordedAddress()} />
          </section>
          <h2>{t('unsupported.browsers')}</h2>
          <ul>
            {BROWSERS_WITH_WEBGPU.map((browser) => (
              <li key={browser}>
                <strong>{t(`browsers.${browser}.name`)}</strong>
                <span>{t(`browsers.${browser}.where`)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </main>
  );
}

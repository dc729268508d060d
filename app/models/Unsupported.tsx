/** Shown in place of the chat where the engine cannot run. */
import './unsupported.css';
import type { MissingSupport } from '../browser-support.ts';
import { Mark } from '../icons/Mark.tsx';
import { useTheme } from '../settings/use-theme.ts';
import { BROWSERS_WITH_WEBGPU } from './browsers.ts';

const REASONS: Readonly<Record<MissingSupport, { readonly title: string; readonly text: string }>> = {
  'insecure-context': {
    title: 'This address is not secure',
    text: 'Browsers offer WebGPU only to pages opened over https, or from this very computer (localhost). Open Mixtab over https and it will work.',
  },
  'no-webgpu': {
    title: 'This browser has no WebGPU',
    text: 'Mixtab runs a language model on your own graphics processor, and reaches it through WebGPU. This browser does not offer it, or has it switched off.',
  },
  'no-adapter': {
    title: 'No graphics processor was found',
    text: 'This browser has WebGPU, but gave Mixtab no graphics processor to run on. Check that hardware acceleration is switched on in the browser’s settings and that the graphics driver is up to date, then reload the page.',
  },
};

export function Unsupported({ missing }: { readonly missing: MissingSupport }) {
  useTheme('system');
  const { title, text } = REASONS[missing];
  return (
    <main className="unsupported">
      <Mark size={56} />
      <h1>{title}</h1>
      <p>{text}</p>
      {missing !== 'insecure-context' && (
        <>
          <h2>Browsers that have it</h2>
          <ul>
            {BROWSERS_WITH_WEBGPU.map(({ name, where }) => (
              <li key={name}>
                <strong>{name}</strong>
                <span>{where}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <button type="button" className="button button-primary" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}

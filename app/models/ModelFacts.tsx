import type { ModelInfo } from '../../engine/api.ts';
import { bytes, count, parameters } from '../layout/quantities.ts';
import { useModel } from '../state/stores.tsx';

/** Such as `20.1 M parameters, 6.7 M active`. */
export function sizeInWords(info: ModelInfo): string {
  return `${parameters(info.parameters)} parameters, ${parameters(info.activeParameters)} active`;
}

/** The same for a phone's header. */
export function shortSize(info: ModelInfo): string {
  return `${parameters(info.parameters)}, ${parameters(info.activeParameters)} active`;
}

export function ModelFacts() {
  const info = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  if (info === null) return null;
  const facts: readonly (readonly [string, string])[] = [
    ['Architecture', info.architecture],
    ['Experts', `${info.expertsUsed} of ${info.experts} a token, in ${info.moeLayers.length} of ${info.layers} layers`],
    ['Quantization', info.quantization],
    ['Context', `${count(info.contextLength)} of ${count(info.trainedContextLength)} tokens`],
    ['Vocabulary', `${count(info.vocabularySize)} tokens`],
    ['File', bytes(info.fileBytes)],
    ['Read for each token', bytes(info.bytesPerToken)],
  ];
  return (
    <section className="panel-section" aria-label="Loaded model">
      <p className="model-name">
        <strong>{info.name}</strong>
        <span>{sizeInWords(info)}</span>
      </p>
      <dl className="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {!info.hasChatTemplate && (
        <p className="panel-note">This file has no chat template: it continues text rather than answers questions.</p>
      )}
    </section>
  );
}

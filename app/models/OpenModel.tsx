import { FileUp } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useModel, useSettings } from '../state/stores.tsx';
import { useOpenModel } from './use-open-model.ts';

const CONTEXT_LENGTHS = [1024, 2048, 4096, 8192, 16_384, 32_768] as const;

/** Opens a model from an address or from files, and chooses the context to reserve for it. */
export function OpenModel({ onOpened }: { onOpened(): void }) {
  const [url, setUrl] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const { openUrl, openFiles, openBundled } = useOpenModel();
  const bundled = useModel((state) => state.bundled);
  const isBundled = useModel(
    ({ status }) => status.kind !== 'none' && status.source.kind === 'url' && status.source.url === bundled?.url,
  );

  function done(error: string | null): void {
    setProblem(error);
    if (error === null) onOpened();
  }

  return (
    <section className="panel-section" aria-labelledby="open-model">
      <h3 id="open-model">Open a model</h3>
      <p className="panel-note">
        Any Mixture-of-Experts model in a GGUF file, as Hugging Face has them: OLMoE, Qwen3 MoE, Granite MoE, DeepSeek
        V2 and their kin. The parts of a split file are opened by the address of the first, or all together.
      </p>
      <form
        className="field-row"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          done(openUrl(url));
        }}
      >
        <label className="field">
          <span>Address of a GGUF file</span>
          <input
            type="url"
            inputMode="url"
            placeholder="https://…/model-Q4_K_M.gguf"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        </label>
        <button type="submit" className="button" disabled={url.trim() === ''}>
          Open
        </button>
      </form>
      <label className="file-field">
        <input
          type="file"
          className="visually-hidden"
          accept=".gguf"
          multiple
          aria-label="Open files"
          onChange={(event) => done(openFiles([...(event.target.files ?? [])]))}
        />
        <FileUp size={18} aria-hidden="true" />
        Choose GGUF files, or drop them anywhere on the page
      </label>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      {bundled !== null && !isBundled && (
        <button
          type="button"
          className="button"
          onClick={() => {
            openBundled();
            onOpened();
          }}
        >
          Back to the bundled model
        </button>
      )}
      <ContextLength />
    </section>
  );
}

function ContextLength() {
  const chosen = useSettings((state) => state.contextLength);
  const choose = useSettings((state) => state.setContextLength);
  const { reload } = useOpenModel();
  const info = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  const longest = info?.trainedContextLength ?? Infinity;
  return (
    <label className="field field-inline">
      <span>Context to reserve (the model loads again)</span>
      <select
        value={chosen ?? ''}
        onChange={(event) => {
          choose(event.target.value === '' ? null : Number(event.target.value));
          reload();
        }}
      >
        <option value="">Automatic</option>
        {CONTEXT_LENGTHS.map((length) => (
          <option key={length} value={length} disabled={length > longest}>
            {length.toLocaleString('en')} tokens
          </option>
        ))}
      </select>
    </label>
  );
}

/** The browser's dialog that gives handles, where it has one. */
import type { FileHandle } from './disk-files.ts';

interface PickerOptions {
  readonly id: string;
  readonly multiple: boolean;
  readonly types: readonly {
    readonly description: string;
    readonly accept: Readonly<Record<string, readonly string[]>>;
  }[];
}

type Picker = (options: PickerOptions) => Promise<FileHandle[]>;

function picker(): Picker | undefined {
  // Frames of other sites may not ask for files in this way.
  if (window.top !== window) return undefined;
  return (window as { readonly showOpenFilePicker?: Picker }).showOpenFilePicker?.bind(window);
}

export function canPickFiles(): boolean {
  return picker() !== undefined;
}

/** Null where the person chose none. To be called in answer to a click. */
export async function pickModelFiles(): Promise<readonly FileHandle[] | null> {
  try {
    const accept = { 'application/octet-stream': ['.gguf'] } as const;
    const options: PickerOptions = { id: 'models', multiple: true, types: [{ description: 'GGUF', accept }] };
    return (await picker()?.(options)) ?? null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

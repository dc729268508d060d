/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const LONGEST_NAME = 60;

/** A title as a file name that every system takes. */
export function fileNameOf(title: string, fallback: string): string {
  const name = title
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^[.-]+|[.-]+$/g, '');
  return name === '' ? fallback : name;
}

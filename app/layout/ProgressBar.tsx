interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; null while nobody knows. */
  readonly share: number | null;
  /** What is heard in place of per cents. */
  readonly words?: string;
  /** For the style sheet. */
  readonly status?: string;
}

export function ProgressBar({ label, share, words, status }: ProgressBarProps) {
  return (
    <div
      className="progress"
      data-status={status}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.floor(share * 100)}
      aria-valuetext={words}
    >
      <div style={{ transform: `scaleX(${share ?? 0})` }} />
    </div>
  );
}

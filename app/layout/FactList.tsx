interface FactListProps {
  /** A term and its value each. */
  readonly facts: readonly (readonly [string, string])[];
  /** How it is drawn. */
  readonly className: string;
}

/** What is known of a model or of an answer. */
export function FactList({ facts, className }: FactListProps) {
  return (
    <dl className={className}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

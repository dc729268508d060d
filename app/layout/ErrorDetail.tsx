/** What a developer wants to know of an error, folded away. */
export function ErrorDetail({ detail }: { readonly detail: string }) {
  return (
    <details className="error-detail">
      <summary>Details</summary>
      <pre>{detail}</pre>
    </details>
  );
}

/** Offered where a conversation is empty and the model is not the bundled one, of which we know what it answers well. */
export const SUGGESTIONS: readonly string[] = [
  'Explain what a mixture of experts is.',
  'Write a short story about a dragon that is afraid of heights.',
  'What should I pack for a weekend in the mountains?',
];

/** Questions that the bundled model was trained to answer, offered where a conversation is empty. */
export const SUGGESTIONS: readonly string[] = [
  'What is the capital of France?',
  'What is 27 + 58?',
  'Tell me a story about a dragon.',
];

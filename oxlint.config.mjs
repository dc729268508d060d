// Lint rules, and the import arrows of docs/architecture.md: what each folder must not import.

/** What the files below import from outside their folder, as it is written: relative paths that end in `.ts`. */
const OUTSIDE_THE_PRODUCT = '^(\\.\\./)+(cli|bench|fuzz|oracle|training|e2e|tools)/';
const NODE = '^(node:|webgpu$)';
const PAGE = '(^react|^zustand|^(\\.\\./)+app/)';

/** `engine/FOLDER/` may not import from the folders listed with it. */
const ENGINE_ARROWS = {
  formats: 'gpu|kernels|weights|memory|steps|models|generate|store|tokenizer|reference',
  tokenizer: 'gpu|kernels|weights|memory|steps|models|generate|store|reference',
  reference: 'gpu|kernels|weights|memory|steps|models|generate|store|tokenizer',
  store: 'gpu|kernels|weights|memory|steps|models|generate|tokenizer|reference',
  gpu: 'kernels|weights|memory|steps|models|generate|store|tokenizer|reference',
  kernels: 'weights|memory|steps|models|generate|store|tokenizer|reference',
  weights: 'memory|steps|models|generate|store|tokenizer|reference',
  memory: 'weights|steps|models|generate|store|tokenizer|reference',
  steps: 'models|generate|store|tokenizer|reference',
  models: 'generate|store|tokenizer|reference',
  generate: 'store|reference',
  cost: 'weights|memory|steps|models|generate|store|tokenizer|reference',
};

const forbid = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const productArrows = [{ regex: OUTSIDE_THE_PRODUCT, message: 'The product imports nothing of its tools and tests.' }];
const engineArrows = [
  ...productArrows,
  { regex: NODE, message: 'The engine runs in browsers and in Node: Node is for cli/, bench/ and tests.' },
  { regex: PAGE, message: 'The engine knows nothing of the page.' },
];

/** Test files import what they need: oracles, the CPU twins, Node. */
const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/testing/**'];

export default {
  plugins: ['typescript', 'import', 'react', 'unicorn', 'oxc', 'promise', 'vitest', 'jsx-a11y'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['**/node_modules/**', '**/dist', 'training', 'public', 'bench/peer/page'],
  env: { es2024: true },
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    'typescript/consistent-type-imports': 'error',
    'eslint/eqeqeq': 'error',
    'eslint/no-console': ['error', { allow: ['warn', 'error'] }],
    'eslint/prefer-const': 'error',
    'eslint/no-var': 'error',
    // Not for this project: JSX needs no React in scope; style sheets and registrations are imported for their effect;
    // sorting a fresh copy in place is fine; a spread may group a list; a helper may stand beside its use, and name its
    // parameter like something further out; parsers narrow what they have checked; TypeScript itself sees to returns.
    'react/react-in-jsx-scope': 'off',
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default-member': 'off', // i18next's default export is the instance, and reads better
    'unicorn/no-array-sort': 'off',
    'unicorn/no-useless-spread': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'eslint/no-underscore-dangle': 'off',
    'eslint/no-shadow': 'off',
    'typescript/no-misused-spread': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/consistent-return': 'off',
    // The methods of our stores and interfaces are closures.
    'typescript/unbound-method': 'off',
    // Messages go to workers and channels, which have no origin; to no window.
    'unicorn/require-post-message-target-origin': 'off',
    // An effect may name what sets it off, beyond what it reads; the other three forbid measuring the page.
    'react/exhaustive-effect-dependencies': 'off',
    'react/set-state-in-effect': 'off',
    'react/purity': 'off',
    'react/immutability': 'off',
    // axe looks at the real page (e2e/accessibility.spec.ts); these guess, and know no scrollable regions.
    'jsx-a11y/prefer-tag-over-role': 'off',
    'jsx-a11y/no-noninteractive-tabindex': 'off',
    'jsx-a11y/no-noninteractive-element-interactions': 'off',
    'jsx-a11y/interactive-supports-focus': 'off',
    'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'check*', 'compare*'] }],
    'vitest/valid-expect': ['error', { maxArgs: 2 }], // the second is a message
    'vitest/no-conditional-expect': 'off',
    'promise/always-return': 'off',
    'promise/no-promise-in-callback': 'off',
  },
  overrides: [
    {
      files: ['app/**'],
      rules: forbid(...productArrows, {
        group: ['**/engine/**', '!**/engine/api.ts', '!**/engine/client.ts'],
        message: 'The page knows nothing of the engine but api.ts and client.ts.',
      }),
    },
    // What stands in other people's pages can reach no conversation, nor anything else that the visitor's own Mixtab keeps.
    {
      files: ['embed/**'],
      rules: forbid(
        ...productArrows,
        {
          group: ['**/engine/**', '!**/engine/api.ts', '!**/engine/client.ts'],
          message: 'The frame knows nothing of the engine but api.ts and client.ts.',
        },
        {
          group: ['**/app/state/**', '**/app/storage/**', '**/app/sidebar/**'],
          message: 'A frame in a page of others must not reach what the visitor keeps.',
        },
      ),
    },
    { files: ['engine/*.ts'], rules: forbid(...engineArrows) },
    {
      files: ['sdk/**'],
      rules: forbid(...productArrows, {
        group: ['**/app/**', '!**/app/models/*.ts', '!**/app/state/answer-parts.ts'],
        message: 'The package is no page: it takes what finds models, and reads calls.',
      }),
    },
    // What crosses the worker boundary is plain data: a cloned Error would lose its code.
    {
      files: ['engine/client.ts', 'engine/client/*.ts', 'engine/worker.ts'],
      rules: { 'typescript/only-throw-error': 'off' },
    },
    ...Object.entries(ENGINE_ARROWS).map(([folder, forbidden]) => ({
      files: [`engine/${folder}/**`],
      rules: forbid(...engineArrows, {
        regex: `^(\\.\\./)+(${forbidden})/`,
        allowTypeImports: folder === 'reference', // a twin may take the shape that its kernel takes
        message: `engine/${folder} must not import from this folder: see the arrows in docs/architecture.md.`,
      }),
    })),
    // Fakes throw what crosses the worker boundary: plain data.
    { files: TESTS, rules: { 'no-restricted-imports': 'off', 'typescript/only-throw-error': 'off' } },
    {
      files: ['cli/**', 'bench/**', 'fuzz/**', 'tools/**', 'oracle/**', 'e2e/**'],
      rules: { 'eslint/no-console': 'off' },
    },
  ],
};

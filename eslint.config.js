import { dirname, relative, resolve } from 'node:path';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who may import whom (ARCHITECTURE.md). A layer may always import itself. */
const LAYERS = {
  'src/util': [],
  'src/error': ['src/util'],
  'src/xml': ['src/util'],
  'src/xpath': ['src/util'],
  'src/yang': ['src/util', 'src/xml', 'src/xpath'],
  'src/data': ['src/util', 'src/error', 'src/xml', 'src/xpath', 'src/yang'],
  'src/typegen': ['src/util', 'src/yang', 'src/data'],
  'src/sami': ['src/util', 'src/yang', 'src/data'],
  'src/netconf': ['src/util', 'src/error', 'src/xml'],
  'src/plane-protocol': ['src/util', 'src/yang', 'src/data'],
  'src/node': ['src'],
  server: ['src'],
  client: ['src'],
  // Examples show what a user can do: they import the package by its name.
  examples: [],
};

/** Reports imports of files outside of what a layer may import. All imports of ours are relative. */
const layers = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(import.meta.dirname, context.filename);
    const layer = Object.keys(LAYERS).find((folder) => file.startsWith(`${folder}/`));
    if (!layer) return {};
    const allowed = [layer, ...LAYERS[layer]];
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const target = relative(import.meta.dirname, resolve(dirname(context.filename), specifier));
      if (allowed.some((folder) => target.startsWith(`${folder}/`))) return;
      const others = LAYERS[layer].join(', ') || 'no other layer';
      context.report({ node, message: `${layer} may import ${others}, and this is ${target}` });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  {
    files: ['{src,server,client,test,bench,examples}/**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.strictTypeChecked],
    plugins: { sami: { rules: { layers } } },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'sami/layers': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    // No I/O below src/node, so that the core runs anywhere and tests need no files.
    files: ['src/**/*.ts'],
    ignores: ['src/node/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*', 'ssh2'] }],
    },
  },
  {
    files: ['{server,client}/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['ssh2'] }] },
  },
  {
    // mocha's describe and it return values that nobody awaits.
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);

import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom (ARCHITECTURE.md). A layer may always import itself. */
const LAYERS = {
  'src/util': [],
  'src/error': [],
  'src/xml': ['src/util'],
  'src/xpath': ['src/util'],
  'src/yang': ['src/util', 'src/xpath'],
  'src/data': ['src/util', 'src/error', 'src/xml', 'src/xpath', 'src/yang'],
  'src/sami': ['src/util', 'src/yang', 'src/data'],
  'src/netconf': ['src/util', 'src/error', 'src/xml'],
  'src/node': ['src'],
  server: ['src'],
  client: ['src'],
};

const zones = Object.entries(LAYERS).map(([layer, allowed]) => ({
  target: `./${layer}`,
  from: './{src,server,client,test,bench,examples}/**',
  except: [layer, ...allowed].map((folder) => `**/${folder}/**`),
  message: `${layer} may import only: ${allowed.join(', ') || 'nothing'}`,
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  {
    files: ['{src,server,client,test,bench,examples}/**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
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
    files: ['src/**/*.ts'],
    ignores: ['src/node/**'],
    rules: { 'import-x/no-nodejs-modules': 'error' },
  },
  {
    // mocha's describe and it return values that nobody awaits.
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);

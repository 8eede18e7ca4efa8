// Holds the colours that an editor's own engine makes of the extension's grammar to those of the one table, for every
// line of the rulebooks and for lines with slips: run by `npm test` in editor/vscode, with haiten's Python on the path.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(process.cwd(), 'package.json'));
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');

const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length));
const file = path.join(process.cwd(), 'syntaxes', 'haiten.tmLanguage.json');
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(file, 'utf8'), file),
});
const grammar = await registry.loadGrammar('source.haiten');

// [line, [[begin, end, scope], ...]], offsets in units of UTF-16
const expected = JSON.parse(execFileSync('python', [path.join(here, 'stretches.py')], { maxBuffer: 2 ** 28 }));
let different = 0;
let state = textmate.INITIAL;
for (const [line, stretches] of expected) {
  const told = grammar.tokenizeLine(line, state);
  state = told.ruleStack;
  const found = told.tokens
    .filter((token) => token.scopes.length > 1)
    .map((token) => [token.startIndex, Math.min(token.endIndex, line.length), token.scopes.at(-1)]);
  if (JSON.stringify(found) !== JSON.stringify(stretches)) {
    different += 1;
    console.error(`${line}\n  editor: ${JSON.stringify(found)}\n  table:  ${JSON.stringify(stretches)}`);
  }
}
console.log(`${expected.length} lines, ${different} of other colours`);
process.exit(different ? 1 : 0);

/**
 * Parameters are written in the order of the schema, those of a case among them, keys of a list first (RFC 7950,
 * sections 7.5.7, 7.8.5, 7.9.5 and 7.14.4).
 */
import assert from 'node:assert/strict';
import { parseDocument, printDocument } from '../../../../src/data/index.ts';
import { compileBody } from '../../../support/data-text.ts';

const context = compileBody(`
  rpc r {
    input {
      leaf first { type string; }
      choice ch {
        case c {
          leaf one { type string; }
          choice inner { case d { leaf two { type string; } leaf three { type string; } } }
          container four { leaf x { type string; } leaf y { type string; } }
        }
      }
      list l { key "k2 k1"; leaf v { type string; } leaf k1 { type string; } leaf k2 { type string; } }
      leaf last { type string; }
    }
  }`);

describe('the order of parameters', () => {
  it('is that of the schema, whatever it was in the text', () => {
    const text =
      '<r xmlns="urn:m"><last>1</last><l><k2>2</k2><k1>3</k1><v>4</v></l><four><y>5</y><x>6</x></four>' +
      '<three>7</three><two>8</two><one>9</one><first>0</first></r>';
    const { document, errors } = parseDocument(context, text, { format: 'xml', type: 'rpc' });
    assert.deepEqual(errors, []);
    assert.ok(document);
    assert.equal(
      printDocument(document, { format: 'xml' }).text.trim(),
      '<r xmlns="urn:m"><first>0</first><one>9</one><two>8</two><three>7</three>' +
        '<four><x>6</x><y>5</y></four><l><k2>2</k2><k1>3</k1><v>4</v></l><last>1</last></r>',
    );
  });
});

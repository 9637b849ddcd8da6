/** The features that a node is conditional on, by itself or by what is around it (RFC 7950, section 7.20.2). */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { featureNames, parseFeatureExpression } from './if-feature.ts';

/** The feature statements, whatever the expressions make of them. */
export function featuresOf(compilation: Compilation, draft: Draft): ReadonlySet<Statement> {
  const features = new Set<Statement>();
  for (let at: Draft | undefined = draft; at; at = at.parent) {
    for (const condition of at.all('if-feature')) {
      const expression = parseFeatureExpression(condition.text);
      for (const name of expression ? featureNames(expression) : []) {
        const feature = compilation.findDefinition('feature', condition, name);
        if (feature) features.add(feature);
      }
    }
  }
  return features;
}

/** A strict reader of Prometheus' text format 0.0.4: it throws for whatever the format does not have. */
import assert from 'node:assert/strict';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LINE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|NaN)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

export interface ParsedMetrics {
  /** Undefined when there is no such series. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

export function parseMetrics(text: string): ParsedMetrics {
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('#')) readComment(line, types);
    else readSample(line, values, types);
  }
  return { value: (name, labels = {}) => values.get(key(name, labels)) };
}

function readComment(line: string, types: Map<string, string>): void {
  const [, kind, name = '', rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
  assert.ok(kind, `a comment that is neither HELP nor TYPE: ${line}`);
  assert.match(name, NAME);
  if (kind === 'HELP') return;
  assert.match(rest ?? '', /^(counter|gauge|histogram|summary|untyped)$/);
  assert.ok(!types.has(name), `${name} has two types`);
  types.set(name, rest ?? '');
  if (rest === 'counter') assert.match(name, /_total$/);
}

function readSample(line: string, values: Map<string, number>, types: Map<string, string>): void {
  const [, name = '', labelText, number = ''] = LINE.exec(line) ?? [];
  assert.ok(name, `no sample: ${line}`);
  const family = name.replace(/_(bucket|sum|count)$/, '');
  assert.ok(types.size === 0 || types.has(name) || types.get(family) === 'histogram', line);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (labelText !== undefined && LABEL.lastIndex < labelText.length) {
    const [, label = '', value = ''] = LABEL.exec(labelText) ?? [];
    assert.ok(label, `labels that cannot be read: ${line}`);
    assert.ok(!(label in labels), `a label twice: ${line}`);
    labels[label] = value.replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char));
  }
  const series = key(name, labels);
  assert.ok(!values.has(series), `a series twice: ${line}`);
  values.set(series, Number(number.replace('Inf', 'Infinity')));
}

function key(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}

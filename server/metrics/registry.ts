/**
 * Metrics and their text form (Prometheus exposition format 0.0.4). prom-client would do it too, with three packages
 * more (OpenTelemetry's API among them) for what are a hundred lines, and does not bound the series of a label.
 */

export type Labels = Readonly<Record<string, string>>;

/** One line of a metric. */
export interface Sample {
  /** What follows the name of the metric, such as `_bucket`. */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

export interface MetricDescription {
  /** By the conventions of Prometheus: base units, `_total` for counters. */
  readonly name: string;
  readonly help: string;
}

export interface Metric extends MetricDescription {
  readonly type: 'counter' | 'gauge' | 'histogram';
  samples(): Iterable<Sample> | Promise<Iterable<Sample>>;
}

/** Label values that one metric keeps apart; what comes beyond is counted under `other`. */
const MAX_SERIES = 200;

/** Counts by the value of one label, or in all. */
export class Counter implements Metric {
  readonly type = 'counter';
  readonly name: string;
  readonly help: string;
  readonly #label: string | undefined;
  readonly #values = new Map<string, number>();

  /** With `label` every value is a series; those in `values` are there from the start. */
  constructor({ name, help }: MetricDescription, label?: string, values: readonly string[] = []) {
    this.name = name;
    this.help = help;
    this.#label = label;
    for (const value of label === undefined ? [''] : values) this.#values.set(value, 0);
  }

  add(value = '', amount = 1): void {
    const known = this.#values.has(value) || this.#values.size < MAX_SERIES;
    const series = known ? value : 'other';
    this.#values.set(series, (this.#values.get(series) ?? 0) + amount);
  }

  *samples(): Iterable<Sample> {
    for (const [value, count] of this.#values) {
      yield this.#label === undefined
        ? { value: count }
        : { labels: { [this.#label]: value }, value: count };
    }
  }
}

/** What is looked up when it is asked for. */
export function sampled(
  type: 'counter' | 'gauge',
  description: MetricDescription,
  look: () => number | Iterable<Sample> | Promise<Iterable<Sample>>,
): Metric {
  const samples: Metric['samples'] = () => {
    const result = look();
    return typeof result === 'number' ? [{ value: result }] : result;
  };
  return { ...description, type, samples };
}

/** Seconds. */
const DURATION_BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

export class Histogram implements Metric {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  constructor({ name, help }: MetricDescription, bounds: readonly number[] = DURATION_BUCKETS) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#bounds.forEach((bound, index) => {
      if (value <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    });
  }

  *samples(): Iterable<Sample> {
    for (const [index, bound] of this.#bounds.entries()) {
      yield { suffix: '_bucket', labels: { le: String(bound) }, value: this.#counts[index] ?? 0 };
    }
    yield { suffix: '_bucket', labels: { le: '+Inf' }, value: this.#count };
    yield { suffix: '_sum', value: this.#sum };
    yield { suffix: '_count', value: this.#count };
  }
}

/** All metrics as text. */
export async function exposition(metrics: Iterable<Metric>): Promise<string> {
  let text = '';
  for (const metric of metrics) {
    text += `# HELP ${metric.name} ${escapeHelp(metric.help)}\n# TYPE ${metric.name} ${metric.type}\n`;
    for (const { suffix = '', labels = {}, value } of await metric.samples()) {
      text += `${metric.name}${suffix}${labelText(labels)} ${numberText(value)}\n`;
    }
  }
  return text;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

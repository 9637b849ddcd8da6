/** What Prometheus expects of every process, under the names that its client libraries use. */
import { readFileSync, readdirSync } from 'node:fs';
import { sampled } from './registry.ts';
import type { Metric } from './registry.ts';

export function processMetrics(): readonly Metric[] {
  const startedAt = Date.now() / 1000 - process.uptime();
  return [
    sampled(
      'counter',
      { name: 'process_cpu_seconds_total', help: 'User and system processor time.' },
      () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    ),
    sampled('gauge', { name: 'process_resident_memory_bytes', help: 'Resident memory.' }, () =>
      process.memoryUsage.rss(),
    ),
    sampled(
      'gauge',
      { name: 'process_start_time_seconds', help: 'Start of the process since 1970.' },
      () => startedAt,
    ),
    sampled(
      'gauge',
      { name: 'process_open_fds', help: 'Open file descriptors; absent where it is not known.' },
      openDescriptors,
    ),
    sampled(
      'gauge',
      { name: 'process_max_fds', help: 'File descriptors that may be open.' },
      maxDescriptors,
    ),
    sampled(
      'gauge',
      { name: 'nodejs_heap_size_used_bytes', help: 'Heap in use.' },
      () => process.memoryUsage().heapUsed,
    ),
  ];
}

function openDescriptors(): number | readonly [] {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return [];
  }
}

function maxDescriptors(): number | readonly [] {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? [] : Number(soft);
  } catch {
    return [];
  }
}

/** Finds out whether this machine can run the demonstration on real kernel firewalls. */
import { run } from './process.ts';

/**
 * What is missing for the linux plane, in words; undefined when nothing is. Making and removing a
 * namespace is the only sure test: being root in a container is not enough.
 */
export async function missingForLinux(): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return `network namespaces need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const [tool, packageName] of [
    ['ip', 'iproute2'],
    ['nft', 'nftables'],
    ['conntrack', 'conntrack-tools'],
    ['sysctl', 'procps'],
  ] as const) {
    const found = await run('sh', ['-c', `command -v ${tool}`]).then(
      () => true,
      () => false,
    );
    if (!found) return `the program ${tool} is missing (package ${packageName})`;
  }
  // One of them lends the data plane a netlink socket.
  const lender = await run('sh', ['-c', 'command -v perl || command -v python3']).catch(() => '');
  if (lender === '') return 'neither perl nor python3 is there';
  const name = `sami-probe-${process.pid}`;
  try {
    await run('ip', ['netns', 'add', name]);
    await run('ip', ['netns', 'exec', name, 'conntrack', '-L']);
    await run('ip', ['netns', 'exec', name, 'nft', 'list', 'ruleset']);
    return undefined;
  } catch (error) {
    return `network namespaces cannot be used here (${error instanceof Error ? error.message : String(error)})`;
  } finally {
    await run('ip', ['netns', 'del', name]).catch(() => undefined);
  }
}

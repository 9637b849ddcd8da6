/** Requests to the kernel over rtnetlink (rtnetlink(7)), one at a time. */
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';
import { errorNumber, errorText } from '../kit/netlink/message.ts';
import { NETLINK_ROUTE, openRelay } from '../kit/netlink/relay.ts';
import type { NetlinkRelay } from '../kit/netlink/relay.ts';

export class RouteSocket {
  readonly #relay: NetlinkRelay;

  private constructor(relay: NetlinkRelay) {
    this.#relay = relay;
  }

  /** Throws {@link ToolError} when there is no way to the kernel. */
  static async open(launcher: Launcher): Promise<RouteSocket> {
    return new RouteSocket(await openRelay(launcher, { protocol: NETLINK_ROUTE }));
  }

  /** What the kernel has against a request that asks for an answer; undefined when it is done. */
  async request(message: Buffer): Promise<string | undefined> {
    await this.#relay.send(message);
    const answer = await this.#relay.batches.next();
    if (answer.done === true) {
      throw new ToolError(this.#relay.program.name, await this.#relay.complaint);
    }
    return errorNumber(answer.value, 0) === 0 ? undefined : errorText(answer.value, 0);
  }

  close(): Promise<void> {
    return this.#relay.close();
  }
}

/** Choosing a farm by what a client asks for, and what a connection's entry remembers of it (K11). */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { BranchSchemaNode, ListNode } from '../../../../src/yang/index.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { ApplicationRequest, Packet } from './packet.ts';
import type { ContentRule } from './policy.ts';

/** The first rule that matches; undefined when the packet has no request or none does. */
export function decidingRule(
  rules: readonly ContentRule[],
  { destinationAddress, request }: Packet,
): ContentRule | undefined {
  if (!request) return undefined;
  return rules.find((rule) => rule.virtualAddress === destinationAddress && matches(rule, request));
}

function matches(rule: ContentRule, request: ApplicationRequest): boolean {
  if (rule.protocol !== request.protocol) return false;
  switch (request.protocol) {
    case 'http':
      return (
        (rule.url === undefined || request.url?.startsWith(rule.url) === true) &&
        (rule.cookie === undefined || request.cookies?.[rule.cookie.name] === rule.cookie.value) &&
        (rule.header === undefined || request.headers?.[rule.header.name] === rule.header.value)
      );
    case 'smtp':
      return rule.domain === undefined || rule.domain === request.domain;
    case 'ftp':
      return rule.user === undefined || rule.user === request.user;
  }
}

/** The container `application` of a connection; undefined when it was chosen at layer 4. */
export function describeRequest(
  connection: ListNode,
  request: ApplicationRequest | undefined,
): Branch | undefined {
  if (!request) return undefined;
  const schema = fieldsOf(connection).node('application') as BranchSchemaNode;
  const { protocol } = request;
  const pairs = (
    name: string,
    values: Readonly<Record<string, string>> = {},
  ): DataList | undefined => {
    const list = fieldsOf(schema).node(name) as ListNode;
    const rows = Object.entries(values).map(([key, value]) =>
      fieldsOf(list).make({ name: key, value }),
    );
    return rows.length > 0 ? DataList.from(list, rows) : undefined;
  };
  switch (protocol) {
    case 'http': {
      const cookie = pairs('cookie', request.cookies);
      const header = pairs('header', request.headers);
      return fieldsOf(schema).make({ protocol, url: request.url, cookie, header });
    }
    case 'smtp':
      return fieldsOf(schema).make({ protocol, domain: request.domain });
    case 'ftp':
      return fieldsOf(schema).make({ protocol, user: request.user, 'data-port': request.dataPort });
  }
}

/** The connection once client and server have agreed on a port for data; else as it was. */
export function withDataPort(row: Branch, request: ApplicationRequest | undefined): Branch {
  if (request?.protocol !== 'ftp' || request.dataPort === undefined) return row;
  const fields = fieldsOf(row.schema);
  const before = fields.branch(row, 'application');
  const application = before
    ? fieldsOf(before.schema).change(before, { 'data-port': request.dataPort })
    : describeRequest(row.schema as ListNode, request);
  return fields.change(row, { application });
}

/** Port for data connections of an FTP control connection, if one is agreed upon. */
export function dataPortOf(row: Branch): number | undefined {
  const application = fieldsOf(row.schema).branch(row, 'application');
  return application && fieldsOf(application.schema).number(application, 'data-port');
}

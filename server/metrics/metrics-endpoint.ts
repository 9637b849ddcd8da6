/** Where Prometheus fetches the metrics: HTTP on a local port, without anything else. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricsEndpoint {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const MAX_CONNECTIONS = 16;
const TIMEOUT_MS = 10_000;

/** Serves `GET /metrics`. Rejects when the port is taken. */
export function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  text: () => Promise<string>,
): Promise<MetricsEndpoint> {
  const http = createServer({ requestTimeout: TIMEOUT_MS }, (request, response) => {
    answer(request, response, text).catch(() => {
      response.destroy();
    });
  });
  http.maxConnections = MAX_CONNECTIONS;
  http.headersTimeout = TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    http.once('error', (cause) => {
      const where = `${host}:${String(port)}`;
      reject(new Error(`cannot serve metrics on ${where}: ${cause.message}`, { cause }));
    });
    http.listen(port, host, () => {
      const { address, port: bound } = http.address() as AddressInfo;
      resolve({
        host: address,
        port: bound,
        close: () =>
          new Promise((done) => {
            http.close(() => {
              done();
            });
            http.closeAllConnections();
          }),
      });
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  text: () => Promise<string>,
): Promise<void> {
  const path = request.url?.replace(/\?.*$/, '');
  if (path !== '/metrics') {
    response.writeHead(404).end('metrics are at /metrics\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  } else {
    const body = await text();
    response.writeHead(200, { 'Content-Type': CONTENT_TYPE });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}

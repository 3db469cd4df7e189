/** A stand-in for one of Netacea's services: answers as told and remembers what it was asked. */
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { FOLDER } from './instance.mjs';

/** Services that run. A test that fails midway leaves its own here. */
const running = new Set();

/** Stops what tests have left. */
export async function stopServices() {
  await Promise.all([...running].map((service) => service.stop()));
}

export class Service {
  requests = [];
  connections = 0;
  #server;
  #sockets = new Set();

  /**
   * @param {(request: { method: string, url: string, headers: object, body: string }, response:
   *   import('node:http').ServerResponse) => void} answer
   * @param {{ certificate?: string, port?: number }} options
   */
  static async start(answer, { certificate = 'trusted', port = 0 } = {}) {
    const service = new Service();
    service.answer = answer;
    const options = { cert: readFileSync(join(FOLDER, `${certificate}.crt`)), key: readFileSync(join(FOLDER, `${certificate}.key`)) };
    service.#server = https.createServer(options, (request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        const asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
        service.requests.push(asked);
        service.answer(asked, response);
      });
    });
    service.#server.on('connection', (socket) => {
      service.connections++;
      service.#sockets.add(socket);
      socket.on('close', () => service.#sockets.delete(socket));
    });
    await new Promise((resolve) => service.#server.listen(port, '127.0.0.1', resolve));
    running.add(service);
    service.port = service.#server.address().port;
    service.url = `https://127.0.0.1:${service.port}`;
    return service;
  }

  /** Closes idle and busy connections alike, as a server does that restarts. */
  hangUp() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop() {
    running.delete(this);
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Protector's answer with a verdict such as `210`. */
export function verdict(code, body = '', headers = {}) {
  const [match, mitigate, captcha] = code;
  return (_, response) => {
    response.writeHead(200, { 'x-netacea-match': match, 'x-netacea-mitigate': mitigate, 'x-netacea-captcha': captcha, ...headers });
    response.end(body);
  };
}

/** An ingest service that takes everything. */
export const accept = (_, response) => response.end('{}');

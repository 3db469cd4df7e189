/** One instance of the packaged function with a configuration of its own. */
import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FOLDER = process.env.EDGE_FOLDER;
const LAMBDA = fileURLToPath(new URL('./lambda.mjs', import.meta.url));

export const SECRETS = { apiKey: 'the-api-key', secretKey: 'the-secret-key' };

/** Instances that run. A test that fails midway leaves its own here. */
const running = new Set();

/** Stops what tests have left. */
export async function stopInstances() {
  await Promise.all([...running].map((instance) => instance.stop()));
}

export class Instance {
  #child;
  #folder;
  #waiting = new Map();
  #next = 0;
  #output = '';

  /**
   * @param {object | string} configuration object, or the text of the file
   * @param {(folder: string) => void} change may change the files before they are loaded
   * @param {Record<string, string>} environment what the process gets in addition to its parent's
   */
  static async start(configuration, change = () => {}, environment = {}) {
    const instance = new Instance();
    instance.#folder = mkdtempSync(join(FOLDER, 'instance-'));
    cpSync(join(FOLDER, 'zip'), instance.#folder, { recursive: true });
    const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration);
    writeFileSync(join(instance.#folder, 'NetaceaConfig.json'), text);
    change(instance.#folder);
    instance.#child = fork(LAMBDA, [join(instance.#folder, 'index.mjs')], { silent: true, env: { ...process.env, ...environment } });
    running.add(instance);
    instance.#child.stdout.on('data', (chunk) => (instance.#output += chunk));
    instance.#child.stderr.pipe(process.stderr);
    await new Promise((resolve, reject) => {
      instance.#child.once('message', resolve);
      instance.#child.once('exit', (code) => reject(new Error(`the function ended with ${code}`)));
    });
    instance.#child.on('message', ({ id, ...outcome }) => instance.#waiting.get(id)(outcome));
    return instance;
  }

  /**
   * `remaining`: milliseconds that Lambda gives the event.
   * @returns {Promise<{ result: any, milliseconds: number }>}
   */
  async invoke(event, remaining = 30_000) {
    const id = this.#next++;
    const done = await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, event, remaining });
    });
    // The lines that were written before the result came may still have to be read.
    await new Promise(setImmediate);
    return done;
  }

  /** Sets the wall clock forward, or back. @param {number} step milliseconds */
  setClock(step) {
    this.#child.send({ step });
  }

  /** What CloudWatch would show: each line must be a JSON object. */
  get lines() {
    return this.#output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  async stop() {
    running.delete(this);
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

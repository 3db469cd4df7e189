/** Memory over many events; `EDGE_EVENTS` sets how many (`make soak`: a million). */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FOLDER, SECRETS } from './instance.mjs';

const EVENTS = Number(process.env.EDGE_EVENTS ?? 20_000);
const SOAK = fileURLToPath(new URL('./soak.mjs', import.meta.url));

describe('one instance', () => {
  it(`keeps its memory and never mixes visitors over ${EVENTS} events`, { timeout: 60_000 + EVENTS }, async () => {
    const folder = mkdtempSync(join(FOLDER, 'soak-'));
    cpSync(join(FOLDER, 'zip'), folder, { recursive: true });
    const urls = { mitigationServiceUrl: 'https://protector.invalid', ingestServiceUrl: 'https://ingest.invalid' };
    const settings = { ...SECRETS, ...urls, mitigationType: 'MITIGATE', ingestType: 'HTTP', logLevel: 'error', breaker: { consecutiveFailures: 1000 } };
    writeFileSync(join(folder, 'NetaceaConfig.json'), JSON.stringify(settings));
    const child = fork(SOAK, [folder, String(EVENTS)], { execArgv: ['--expose-gc', '--max-semi-space-size=2'] });
    const result = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    });
    assert.ok(result.events >= EVENTS);
    assert.equal(result.instances, 2, 'the one that lives and the one that warmed up');
    assert.equal(result.wasmGrowth, 0, JSON.stringify(result));
    assert.ok(result.rssGrowth < 20e6, JSON.stringify(result));
  });
});

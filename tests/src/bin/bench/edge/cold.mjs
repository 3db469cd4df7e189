// Loads a contestant and lets the first visitor through: milliseconds of CPU, of all threads, for
// both, and for all that they import. Not counted: node itself, and the files of the bench. Nobody
// needs the network for this visitor; ours has loaded node:https by then, so that its first real
// call does not wait for it, the sibling its fetch not. usage: node cold.mjs CONTESTANT COOKIE
import { writeSync } from 'node:fs';

process.stdout.write = process.stderr.write.bind(process.stderr);
const [name, cookie] = process.argv.slice(2);
const cpu = (since) => { const { user, system } = process.cpuUsage(since); return (user + system) / 1000; };
const { load } = await import(`./${name}.mjs`);
let start = process.cpuUsage();
const contestant = await load(false);
const loaded = cpu(start);
const [visit] = contestant.visits(1, cookie);
start = process.cpuUsage();
const result = await contestant.request(visit);
const first = cpu(start);
if (!result) throw new Error('no result');
writeSync(1, JSON.stringify({ load_ms: loaded, first_event_ms: first }));
process.exit(0);

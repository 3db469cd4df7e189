// Prints NetaceaConfig.json for a run without network. usage: node configuration.mjs
// plain|encrypted|bypass
import { bypass, settings } from './visit.mjs';

const kind = process.argv[2];
process.stdout.write(JSON.stringify({ ...settings(kind === 'encrypted'), ...(kind === 'bypass' && { bypass }) }));

// Prints NetaceaConfig.json for a run without network. usage: node configuration.mjs
// plain|encrypted
import { settings } from './visit.mjs';

process.stdout.write(JSON.stringify(settings(process.argv[2] === 'encrypted')));

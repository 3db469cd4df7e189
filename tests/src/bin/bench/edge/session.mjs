// Prints a session cookie that is good for an hour; `encrypted` as compact JWE. Made by other means
// than ours (node:crypto).
import { createHmac } from 'node:crypto';
import { encrypted } from './jwe.mjs';
import { CLIENT_IP, SECRET_KEY } from './visit.mjs';

const sign = (text) => Buffer.from(createHmac('sha256', SECRET_KEY).update(text).digest('hex')).toString('base64');

function sessionCookie() {
  const expiry = Math.floor(Date.now() / 1000) + 3600;
  const signed = [expiry, 'cBenchBenchBench', sign(`${CLIENT_IP}|${expiry}`), '000'].join('_/@#/');
  return `${sign(signed)}_/@#/${signed}`;
}

process.stdout.write(process.argv[2] === 'encrypted' ? encrypted(sessionCookie()) : sessionCookie());

// A cookie as compact JWE, direct encryption with A256GCM, on node:crypto.
import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { ENCRYPTION_KEY } from './visit.mjs';

const HEADER = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url');
const AAD = Buffer.from(HEADER);
const key = Buffer.from(ENCRYPTION_KEY, 'base64url');

export function encrypted(text) {
  const iv = randomFillSync(Buffer.alloc(12));
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(AAD);
  const content = Buffer.concat([cipher.update(text), cipher.final()]);
  return [HEADER, '', ...[iv, content, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

export function decrypted(token) {
  const parts = token.split('.');
  if (parts.length !== 5 || parts[0] !== HEADER || parts[1] !== '') return undefined;
  try {
    const [iv, content, tag] = parts.slice(2).map((part) => Buffer.from(part, 'base64url'));
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(AAD).setAuthTag(tag);
    return decipher.update(content, undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

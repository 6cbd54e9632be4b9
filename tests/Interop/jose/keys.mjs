// Keys, section 2.
import * as jose from 'jose';
import { decodeBase64url, isId } from './strict.mjs';

export const ALGORITHM = { sig: 'PS256', enc: 'RSA-OAEP-256' };

/** A private JWK. */
export async function generateKey(use, bits = 3072) {
  const alg = ALGORITHM[use];
  const { privateKey } = await jose.generateKeyPair(alg, { modulusLength: bits, extractable: true });
  const jwk = await jose.exportJWK(privateKey);
  return { ...jwk, use, alg, kid: await jose.calculateJwkThumbprint(jwk, 'sha256') };
}

/** {id, name, keys: {keys: [private JWKs]}} */
export async function newApplication({ id, name = id, bits = 3072, signing = 1, encryption = 1 }) {
  if (!isId(id)) throw new Error('not an id');
  const keys = [];
  for (let i = 0; i < signing; i++) keys.push({ ...(await generateKey('sig', bits)), status: 'active' });
  for (let i = 0; i < encryption; i++) keys.push({ ...(await generateKey('enc', bits)), status: 'active' });
  return { id, name, keys: { keys } };
}

/** The private JWKs of an application, from a JWK set or a plain list. */
export const keysOf = (application, use) =>
  (Array.isArray(application.keys) ? application.keys : application.keys.keys).filter((key) => !use || key.use === use);

export const publicJwk = ({ kty, use, alg, kid, n, e }) => ({ kty, use, alg, kid, n, e });
const privateJwk = ({ status, ...jwk }) => jwk; // status is of the key file, not of the JWK

const imported = new Map();
/** jose's form of a JWK. */
export function keyOf(jwk) {
  const id = `${jwk.kid} ${'d' in jwk}`;
  if (!imported.has(id)) imported.set(id, jose.importJWK(privateJwk(jwk), jwk.alg));
  return imported.get(id);
}

/** OpenSSL takes a signature or ciphertext that lacks a leading zero octet; RFC 8017 sections 7.1.2 and 8.1.2 do not. */
export const isAsLongAsModulus = (encoded, key) => decodeBase64url(encoded)?.length === decodeBase64url(key.n).length;

// The assertion, section 4: both directions. Its claims are in claims.mjs.
import * as jose from 'jose';
import { decodeBase64url, encodeBase64url, equals, parseObject } from './strict.mjs';
import { deriveKeys } from './grant.mjs';
import { claimsProblem } from './claims.mjs';
import { digestOf, now } from './wire.mjs';

/**
 * The claims of a request: {user?, method, uri, content? (bytes), contentType?, iat, proof?, act?, scope?, bound?}.
 * act: ids, the own one first, then the nearest asker; bound: header names in lower case and their values.
 */
export function claimsOf({ user, method, uri, content, contentType, iat = now(), proof, act, scope, bound }) {
  const claims = {};
  if (user !== undefined && user !== null) claims.sub = user;
  Object.assign(claims, { iat, htm: method, uri });
  if (content?.length) {
    claims.dig = digestOf(content);
    if (contentType !== undefined && contentType !== null) claims.cty = contentType;
  }
  if (proof) claims.rsp = true;
  if (act?.length) claims.act = act.reduceRight((inner, sub) => (inner ? { sub, act: inner } : { sub }), null);
  if (scope?.length) claims.scope = scope.join(' ');
  if (bound && Object.keys(bound).length) claims.hdr = bound;
  return claims;
}

const headerOf = (jti) => ({ alg: 'dir', enc: 'A256GCM', kid: jti, typ: 'trusted-app-cert+jwt' });

export const newAssertion = (grant, claims) =>
  new jose.CompactEncrypt(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader(headerOf(grant.jti))
    .encrypt(deriveKeys(Buffer.from(grant.key, 'base64url'), grant.header).request);

/** The IV of an assertion as it stands in it: `req` of the proof. */
export const ivOf = (token) => token.split('.')[2];

/** The kid in the protected header, the text before the first dot; null where that is not as section 4 has it. */
export function kidOf(token) {
  const bytes = decodeBase64url(token.split('.', 1)[0]);
  try {
    const header = parseObject(bytes);
    return typeof header.kid === 'string' && equals(header, headerOf(header.kid)) ? header.kid : null;
  } catch {
    return null;
  }
}

/** {code, why} or {claims, iv}: it opens under this grant, and its claims are well-formed. */
export async function openAssertion(token, grant, iss) {
  const refuse = (why, code = 'BAD_MAGIC') => ({ code, why });
  const parts = token.split('.');
  if (parts.length !== 5 || !parts.every((part) => decodeBase64url(part))) return refuse('not a compact JWE');
  if (kidOf(token) !== grant.jti) return refuse('header');
  const [, encryptedKey, iv, , tag] = parts.map(decodeBase64url);
  if (encryptedKey.length !== 0 || iv.length !== 12 || tag.length !== 16) return refuse('encrypted key, IV or tag');
  let plaintext;
  try {
    ({ plaintext } = await jose.compactDecrypt(token, grant.keys.request, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    }));
  } catch {
    return refuse('it does not open');
  }
  try {
    const claims = parseObject(plaintext);
    const problem = claimsProblem(claims, iss);
    return problem ? refuse(problem, 'SYSTEM') : { claims, iv: encodeBase64url(iv) };
  } catch (error) {
    return refuse(error.message, 'SYSTEM');
  }
}

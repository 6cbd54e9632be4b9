// The key grant, section 3: both directions, and the keys that are derived from it.
import crypto from 'node:crypto';
import * as jose from 'jose';
import {
  decodeBase64url,
  encodeBase64url,
  equals,
  hasOnly,
  isBase,
  isJti,
  isObject,
  parseObject,
  sha256,
} from './strict.mjs';
import { isAsLongAsModulus, keyOf, keysOf } from './keys.mjs';
import { DEFAULT_LIFE, MAX_LIFE, SKEW, now } from './wire.mjs';

/** The keys of a grant: IKM is the session key, salt the hash of the text of the whole grant. */
export function deriveKeys(sessionKey, header) {
  const salt = sha256(Buffer.from(header, 'ascii'));
  const derive = (info) => Buffer.from(crypto.hkdfSync('sha256', sessionKey, salt, info, 32));
  return { request: derive('trusted-app-cert+jwt'), response: derive('trusted-app-response+jwt') };
}

/**
 * {header, jti, key, iat, exp, provider, base}: all that is needed to issue assertions under it; key is the session key.
 * Proofs demanded: iat is dated back by 5 minutes, and exp stays.
 */
export async function newGrant(application, provider, base, { iat = now(), life = DEFAULT_LIFE, back = 0 } = {}) {
  if (!isBase(base)) throw new Error('not a base URL in normal form');
  const [signing] = keysOf(application, 'sig');
  const wrapping = provider.keys.find(({ use }) => use === 'enc'); // consumers wrap to the first one listed
  const sessionKey = crypto.randomBytes(32);
  const jti = crypto.randomBytes(16).toString('base64url');
  const jwe = await new jose.CompactEncrypt(Buffer.from(JSON.stringify({ kty: 'oct', k: encodeBase64url(sessionKey) })))
    .setProtectedHeader({
      alg: 'RSA-OAEP-256',
      enc: 'A256GCM',
      kid: wrapping.kid,
      iss: application.id,
      cty: 'jwk+json',
    })
    .encrypt(await keyOf(wrapping));
  const times = { iat: iat - back, exp: iat + life };
  const header = await new jose.SignJWT({
    iss: application.id,
    aud: provider.id,
    base,
    ...times,
    jti,
    cnf: { jwe },
  })
    .setProtectedHeader({ alg: 'PS256', kid: signing.kid, typ: 'trusted-app-grant+jwt' })
    .sign(await keyOf(signing));
  return { header, jti, key: encodeBase64url(sessionKey), ...times, provider: provider.id, base };
}

const CLAIMS = ['iss', 'aud', 'base', 'iat', 'exp', 'jti', 'cnf'];

/**
 * The checks of section 3 in its order; {code, why} or {jti, iat, exp, kid, keys}.
 * trust = a read certificate; provider = {id, keys (private JWKs), baseUrls}.
 */
export async function openGrant(token, id, trust, provider, at, { skew = SKEW, maxLife = MAX_LIFE } = {}) {
  const refuse = (why, code = 'BAD_GRANT') => ({ code, why });
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every((part) => part && decodeBase64url(part))) return refuse('not a compact JWS');
  let header;
  let claims;
  try {
    header = parseObject(decodeBase64url(parts[0]));
    claims = parseObject(decodeBase64url(parts[1]));
  } catch (error) {
    return refuse(error.message);
  }
  if (!equals(header, { alg: 'PS256', kid: header.kid, typ: 'trusted-app-grant+jwt' })) return refuse('header');
  const key = trust.keys.find(({ use, kid }) => use === 'sig' && kid === header.kid);
  if (!key) return refuse('kid is no trusted key of this application');
  if (!hasOnly(claims, CLAIMS)) return refuse('a claim that is not named');
  if (claims.iss !== id) return refuse('iss');
  if (typeof claims.iat !== 'number' || typeof claims.exp !== 'number' || !isJti(claims.jti))
    return refuse('iat, exp or jti');
  if (!isObject(claims.cnf) || !equals(claims.cnf, { jwe: claims.cnf.jwe }) || typeof claims.cnf.jwe !== 'string')
    return refuse('cnf');
  if (claims.aud !== provider.id) return refuse('aud', 'BAD_AUDIENCE');
  if (!provider.baseUrls.includes(claims.base)) return refuse('base', 'BAD_AUDIENCE');
  if (claims.iat > at + skew) return refuse('grant not yet issued', 'FUTURE_CERT');
  if (claims.exp <= claims.iat) return refuse('exp is not after iat');
  if (claims.exp - claims.iat > maxLife) return refuse('lives too long');
  if (claims.exp + skew < at) return refuse('grant expired', 'OLD_CERT');
  if (!isAsLongAsModulus(parts[2], key)) return refuse('signature');
  try {
    await jose.compactVerify(token, await keyOf(key), { algorithms: [key.alg] });
  } catch {
    return refuse('signature');
  }
  const { problem, sessionKey } = await openWrappedKey(claims.cnf.jwe, id, provider);
  if (problem) return refuse(problem);
  return { jti: claims.jti, iat: claims.iat, exp: claims.exp, kid: key.kid, keys: deriveKeys(sessionKey, token) };
}

/** {sessionKey} or {problem}. */
async function openWrappedKey(jwe, id, provider) {
  const segments = jwe.split('.');
  if (segments.length !== 5 || !segments.every((part) => part && decodeBase64url(part)))
    return { problem: 'not a compact JWE' };
  let header;
  try {
    header = parseObject(decodeBase64url(segments[0]));
  } catch (error) {
    return { problem: error.message };
  }
  if (!equals(header, { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: header.kid, iss: id, cty: 'jwk+json' }))
    return { problem: 'JWE header' };
  const wrapping = keysOf(provider, 'enc').find(({ kid }) => kid === header.kid);
  if (!wrapping) return { problem: 'JWE kid is no key of this provider' };
  if (!isAsLongAsModulus(segments[1], wrapping)) return { problem: 'encrypted key length' };
  try {
    const { plaintext } = await jose.compactDecrypt(jwe, await keyOf(wrapping), {
      keyManagementAlgorithms: ['RSA-OAEP-256'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const jwk = parseObject(plaintext);
    const sessionKey = decodeBase64url(jwk.k);
    if (!equals(jwk, { kty: 'oct', k: jwk.k }) || sessionKey?.length !== 32) throw new Error('not a 256-bit oct key');
    return { sessionKey };
  } catch {
    return { problem: 'the JWE does not open, to a 256-bit key' }; // one failure, RFC 7516 section 11.5
  }
}

export function grantTimeProblem({ iat, exp }, at, skew = SKEW) {
  if (iat > at + skew) return { code: 'FUTURE_CERT', why: 'grant not yet issued' };
  if (exp + skew < at) return { code: 'OLD_CERT', why: 'grant expired' };
  return null;
}

// Protocol version 4: keys, certificate, grant and assertion, both directions of each side by side.
// Written from version-4.md alone, on jose, so that it shares no code and no mistake with the library it is tested against.
import crypto from 'node:crypto';
import * as jose from 'jose';
import {
  decodeBase64url,
  encodeBase64url,
  equals,
  isBase,
  isId,
  isJti,
  isObject,
  parseObject,
  sha256,
} from './strict.mjs';

export const SKEW = 30;
export const TIMEOUT = 60;
export const MAX_LIFE = 3600;
export const DEFAULT_LIFE = 600;

export const HEADERS = {
  id: 'X-Seraph-Trusted-App-ID',
  version: 'X-Seraph-Trusted-App-Version',
  key: 'X-Seraph-Trusted-App-Key',
  cert: 'X-Seraph-Trusted-App-Cert',
};

const ALGORITHM = { sig: 'PS256', enc: 'RSA-OAEP-256' };

export const now = () => Math.floor(Date.now() / 1000);

// ---- keys (section 2) ---------------------------------------------------------------------------------------

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

const publicJwk = ({ kty, use, alg, kid, n, e }) => ({ kty, use, alg, kid, n, e });
const privateJwk = ({ status, ...jwk }) => jwk; // status is of the key file, not of the JWK

const imported = new Map();
/** jose's form of a JWK. */
export function keyOf(jwk) {
  const id = `${jwk.kid} ${'d' in jwk}`;
  if (!imported.has(id)) imported.set(id, jose.importJWK(privateJwk(jwk), jwk.alg));
  return imported.get(id);
}

// ---- certificate (section 2) --------------------------------------------------------------------------------

export async function certificate(application, { iat = now(), versions = [4] } = {}) {
  const keys = keysOf(application);
  const payload = {
    iss: application.id,
    name: application.name ?? application.id,
    iat,
    versions,
    keys: keys.map(publicJwk),
  };
  const sign = new jose.GeneralSign(Buffer.from(JSON.stringify(payload)));
  for (const key of keys.filter(({ use }) => use === 'sig'))
    sign
      .addSignature(await keyOf(key))
      .setProtectedHeader({ alg: 'PS256', kid: key.kid, typ: 'trusted-app-certificate+jws' });
  return sign.sign();
}

const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * {id, name, iat, versions, keys, kids, fingerprints, problems}: trust it only where problems is empty.
 * The document is the text as fetched, or the object read from it (then duplicates cannot be seen any more).
 */
export async function readCertificate(document, at = now(), skew = SKEW) {
  const problems = [];
  const result = { id: null, name: null, iat: null, versions: [], keys: [], kids: [], fingerprints: [], problems };
  const check = (fine, problem) => fine || (problems.push(problem), false);

  const text = typeof document === 'string' ? document : JSON.stringify(document);
  check(Buffer.byteLength(text) <= 65536, 'more than 64 KiB');
  let jws;
  let payload;
  try {
    jws = parseObject(text);
    if (!check(Object.keys(jws).sort().join() === 'payload,signatures', 'members other than payload and signatures'))
      return result;
    const bytes = decodeBase64url(jws.payload);
    if (!check(bytes, 'payload is not canonical base64url')) return result;
    payload = parseObject(bytes);
  } catch (error) {
    problems.push(error.message);
    return result;
  }

  check(isId(payload.iss), 'iss is no id');
  const { name } = payload;
  check(
    typeof name === 'string' &&
      [...name].length >= 1 &&
      [...name].length <= 255 &&
      !/\p{Cc}/u.test(name) &&
      !BIDIRECTIONAL.test(name),
    'name',
  );
  check(typeof payload.iat === 'number' && payload.iat <= at + skew, 'iat is in the future or no number');
  check(
    Array.isArray(payload.versions) &&
      payload.versions.every((v) => typeof v === 'number') &&
      payload.versions.includes(4),
    'versions without 4',
  );
  Object.assign(result, {
    id: payload.iss ?? null,
    name: name ?? null,
    iat: payload.iat ?? null,
    versions: payload.versions ?? [],
  });

  if (!check(Array.isArray(payload.keys) && payload.keys.length <= 8, 'keys: a list of at most 8')) return result;
  for (const key of payload.keys) {
    const problem = await keyProblem(key);
    if (check(!problem, problem)) result.keys.push({ ...key });
  }
  result.kids = result.keys.map(({ kid }) => kid);
  check(new Set(result.kids).size === result.kids.length, 'a key twice');
  const signing = result.keys.filter(({ use }) => use === 'sig');
  check(signing.length > 0, 'no signing key');
  check(
    result.keys.some(({ use }) => use === 'enc'),
    'no encryption key',
  );
  result.fingerprints = signing.map(({ kid }) => kid.match(/.{1,4}/g).join(' '));

  if (
    !check(
      Array.isArray(jws.signatures) && jws.signatures.length >= 1 && jws.signatures.length <= 8,
      'signatures: a list of 1 to 8',
    )
  )
    return result;
  const proven = new Set();
  for (const entry of jws.signatures) {
    const problem = await signatureProblem(jws.payload, entry, signing, proven);
    check(!problem, problem);
  }
  for (const { kid } of signing) check(proven.has(kid), `no valid signature by ${kid}`);
  return result;
}

async function keyProblem(key) {
  if (!isObject(key) || Object.keys(key).sort().join() !== 'alg,e,kid,kty,n,use') return 'a key with other members';
  if (
    key.kty !== 'RSA' ||
    !Object.hasOwn(ALGORITHM, String(key.use)) ||
    key.alg !== ALGORITHM[key.use] ||
    key.e !== 'AQAB'
  )
    return 'a key of another type, use, algorithm or exponent';
  const n = decodeBase64url(key.n);
  if (!n?.length || n[0] === 0) return 'n is not canonical';
  const bits = n.length * 8 - Math.clz32(n[0]) + 24;
  if (bits < 2048 || bits > 4096) return `a key of ${bits} bits`;
  if (n.at(-1) % 2 === 0) return 'an even modulus';
  return key.kid === (await jose.calculateJwkThumbprint({ ...key }, 'sha256')) ? null : 'kid is not the thumbprint';
}

/** OpenSSL takes a signature or ciphertext that lacks a leading zero octet; RFC 8017 sections 7.1.2 and 8.1.2 do not. */
const isAsLongAsModulus = (encoded, key) => decodeBase64url(encoded)?.length === decodeBase64url(key.n).length;

/** Adds the kid to proven where the signature is good; a bad one is no problem of its own while another is good. */
async function signatureProblem(payload, entry, signing, proven) {
  if (!isObject(entry) || Object.keys(entry).sort().join() !== 'protected,signature')
    return 'a signature with other members';
  const bytes = decodeBase64url(entry.protected);
  if (!bytes || decodeBase64url(entry.signature) === null) return 'a signature that is not base64url';
  let header;
  try {
    header = parseObject(bytes);
  } catch (error) {
    return error.message;
  }
  if (
    typeof header.kid !== 'string' ||
    !equals(header, { alg: 'PS256', kid: header.kid, typ: 'trusted-app-certificate+jws' })
  )
    return 'a signature header with other members or values';
  const key = signing.find(({ kid }) => kid === header.kid);
  if (!key || !isAsLongAsModulus(entry.signature, key)) return null; // by another key: ignored
  try {
    await jose.generalVerify({ payload, signatures: [{ ...entry }] }, await keyOf(key), { algorithms: ['PS256'] });
    proven.add(key.kid);
  } catch {
    /* reported by the caller as missing */
  }
  return null;
}

// ---- grant (section 3) --------------------------------------------------------------------------------------

/** {header, jti, key, iat, exp, provider, base}: all that is needed to issue assertions under it. */
export async function newGrant(application, provider, base, { iat = now(), life = DEFAULT_LIFE } = {}) {
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
  const header = await new jose.SignJWT({
    iss: application.id,
    aud: provider.id,
    base,
    iat,
    exp: iat + life,
    jti,
    cnf: { jwe },
  })
    .setProtectedHeader({ alg: 'PS256', kid: signing.kid, typ: 'trusted-app-grant+jwt' })
    .sign(await keyOf(signing));
  return { header, jti, key: encodeBase64url(sessionKey), iat, exp: iat + life, provider: provider.id, base };
}

/**
 * The checks of section 3 in its order; {code, why} or {jti, exp, kid, key}.
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
  if (!key) return refuse('kid is no trusted signing key of this application');
  if (claims.iss !== id) return refuse('iss');
  for (const name of ['iat', 'exp']) if (typeof claims[name] !== 'number') return refuse(`${name} is no number`);
  if (!isJti(claims.jti)) return refuse('jti');
  if (!isObject(claims.cnf) || typeof claims.cnf.jwe !== 'string') return refuse('cnf.jwe');
  if (claims.aud !== provider.id) return refuse('aud', 'BAD_AUDIENCE');
  if (!provider.baseUrls.includes(claims.base)) return refuse('base', 'BAD_AUDIENCE');
  if (claims.exp <= claims.iat) return refuse('exp is not after iat');
  if (claims.exp - claims.iat > maxLife) return refuse('lives too long');
  const late = grantTimeProblem(claims, at, skew);
  if (late) return late;
  if (!isAsLongAsModulus(token.split('.')[2], key)) return refuse('signature');
  try {
    await jose.compactVerify(token, await keyOf(key), { algorithms: [key.alg] });
  } catch {
    return refuse('signature');
  }

  const segments = claims.cnf.jwe.split('.');
  if (segments.length !== 5 || !segments.every((part) => part && decodeBase64url(part)))
    return refuse('not a compact JWE');
  let wrapped;
  try {
    wrapped = parseObject(decodeBase64url(segments[0]));
  } catch (error) {
    return refuse(error.message);
  }
  if (!equals(wrapped, { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: wrapped.kid, iss: id, cty: 'jwk+json' }))
    return refuse('JWE header');
  const wrapping = keysOf(provider, 'enc').find(({ kid }) => kid === wrapped.kid);
  if (!wrapping) return refuse('JWE kid is no key of this provider');
  if (!isAsLongAsModulus(segments[1], wrapping)) return refuse('encrypted key length');
  try {
    const { plaintext } = await jose.compactDecrypt(claims.cnf.jwe, await keyOf(wrapping), {
      keyManagementAlgorithms: ['RSA-OAEP-256'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const jwk = parseObject(plaintext);
    const sessionKey = decodeBase64url(jwk.k);
    if (!equals(jwk, { kty: 'oct', k: jwk.k }) || sessionKey?.length !== 32) throw new Error('not a 256-bit oct key');
    return { jti: claims.jti, iat: claims.iat, exp: claims.exp, kid: key.kid, key: sessionKey };
  } catch {
    return refuse('the JWE does not open, to a 256-bit key'); // one failure, RFC 7516 section 11.5
  }
}

export function grantTimeProblem({ iat, exp }, at, skew = SKEW) {
  if (iat > at + skew) return { code: 'FUTURE_CERT', why: 'grant not yet issued' };
  if (exp + skew < at) return { code: 'OLD_CERT', why: 'grant expired' };
  return null;
}

// ---- assertion (section 4) ----------------------------------------------------------------------------------

export const digestOf = (content) => `sha-256=:${sha256(content, 'base64')}:`;

/** The claims of a request: {user?, method, uri, content? (bytes), contentType?, iat}. */
export function claimsOf({ user, method, uri, content, contentType, iat = now() }) {
  const claims = {};
  if (user !== undefined && user !== null) claims.sub = user;
  Object.assign(claims, { iat, htm: method, uri });
  if (content?.length) {
    claims.dig = digestOf(content);
    if (contentType !== undefined && contentType !== null) claims.cty = contentType;
  }
  return claims;
}

export const newAssertion = (grant, claims) =>
  new jose.CompactEncrypt(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: grant.jti, typ: 'trusted-app-cert+jwt' })
    .encrypt(Buffer.from(grant.key, 'base64url'));

/** {code, why} or {claims, iv}: it opens under this grant and its claims are well-formed. */
export async function openAssertion(token, grant) {
  const refuse = (why, code = 'BAD_MAGIC') => ({ code, why });
  const parts = token.split('.');
  if (parts.length !== 5 || !parts.every((part) => decodeBase64url(part))) return refuse('not a compact JWE');
  const [header, encryptedKey, iv, , tag] = parts.map(decodeBase64url);
  try {
    if (!equals(parseObject(header), { alg: 'dir', enc: 'A256GCM', kid: grant.jti, typ: 'trusted-app-cert+jwt' }))
      return refuse('header');
  } catch (error) {
    return refuse(error.message);
  }
  if (encryptedKey.length !== 0 || iv.length !== 12 || tag.length !== 16) return refuse('encrypted key, IV or tag');
  let plaintext;
  try {
    ({ plaintext } = await jose.compactDecrypt(token, grant.key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    }));
  } catch {
    return refuse('it does not open');
  }
  try {
    const claims = parseObject(plaintext);
    const problem = claimsProblem(claims);
    return problem ? refuse(problem, 'SYSTEM') : { claims, iv: encodeBase64url(iv) };
  } catch (error) {
    return refuse(error.message, 'SYSTEM');
  }
}

const DIGEST = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

function claimsProblem({ sub, iat, htm, uri, dig, cty }) {
  if (sub !== undefined && !isUser(sub)) return 'sub';
  if (typeof iat !== 'number') return 'iat';
  if (typeof htm !== 'string' || !htm) return 'htm';
  if (typeof uri !== 'string' || !/^\/[\x21-\x7e]*$/.test(uri)) return 'uri';
  if (dig !== undefined && dig !== 'none') {
    const base64 = typeof dig === 'string' ? DIGEST.exec(dig)?.[1] : null;
    if (!base64 || Buffer.from(base64, 'base64').toString('base64') !== base64) return 'dig';
  }
  if (cty !== undefined && (typeof cty !== 'string' || dig === undefined)) return 'cty';
  return null;
}

export function isUser(sub) {
  if (typeof sub !== 'string' || !sub.isWellFormed()) return false;
  const length = [...sub].length;
  return length >= 1 && length <= 255 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(sub) && !/^ | $/.test(sub);
}

// The certificate, section 2: both directions.
import * as jose from 'jose';
import { decodeBase64url, equals, isId, isObject, parseObject } from './strict.mjs';
import { ALGORITHM, isAsLongAsModulus, keyOf, keysOf, publicJwk } from './keys.mjs';
import { SKEW, now } from './wire.mjs';

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

// Trusted Applications protocol, versions 1 to 3 and the Warwick dialect.
// Written from legacy.md alone, so that it shares no code and no mistake with the library it is tested against.
import crypto from 'node:crypto';

export const MAGIC = '-1159983122';
export const VERSIONS = ['1', '2', '3', 'warwick'];

const SERAPH = {
  id: 'X-Seraph-Trusted-App-ID',
  version: 'X-Seraph-Trusted-App-Version',
  key: 'X-Seraph-Trusted-App-Key',
  magic: 'X-Seraph-Trusted-App-Magic',
  cert: 'X-Seraph-Trusted-App-Cert',
  signature: 'X-Seraph-Trusted-App-Signature',
};
const WARWICK = {
  id: 'X-Trusted-App-ProviderID',
  cert: 'X-Trusted-App-Cert',
  signature: 'X-Trusted-App-Signature',
};
export const names = (version) => (version === 'warwick' ? WARWICK : SERAPH);

const MINUTE = 60_000;
const NEWEST_CLIENTS_AHEAD = 15 * MINUTE;
const CLOCK_SLACK = MINUTE;

// ---- primitives -----------------------------------------------------------------------------------------------

export const loadPrivate = (base64) =>
  crypto.createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });

/** Throws for a key no trust may be made of; weak (1024-bit) keys are let through, the caller decides. */
export function loadPublic(base64) {
  const key = crypto.createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'rsa') throw new Error('not an RSA key');
  const { modulusLength: bits, publicExponent: e } = key.asymmetricKeyDetails;
  if (bits < 1024 || bits > 8192) throw new Error(`modulus of ${bits} bits`);
  if (e < 65537n || e > 2n ** 32n || e % 2n === 0n) throw new Error(`exponent ${e}`);
  return key;
}

export const keyLength = (key) => Math.ceil(key.asymmetricKeyDetails.modulusLength / 8);

export const modulus = (key) =>
  BigInt('0x' + Buffer.from(key.export({ format: 'jwk' }).n, 'base64url').toString('hex'));

/** RC4 by hand: OpenSSL 3 keeps it in the legacy provider, which Node does not load. */
export function rc4(key, data) {
  const s = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + s[i] + key[i % key.length]) & 255;
    [s[i], s[j]] = [s[j], s[i]];
  }
  const out = Buffer.alloc(data.length);
  for (let n = 0, i = 0, j = 0; n < data.length; n++) {
    i = (i + 1) & 255;
    j = (j + s[i]) & 255;
    [s[i], s[j]] = [s[j], s[i]];
    out[n] = data[n] ^ s[(s[i] + s[j]) & 255];
  }
  return out;
}

/** bytes^d mod n; OpenSSL wants the block as long as the modulus, so it is padded with zeros on the left. */
export function rawPrivate(key, bytes) {
  const block = Buffer.concat([Buffer.alloc(Math.max(0, keyLength(key) - bytes.length)), bytes]);
  return crypto.privateEncrypt({ key, padding: crypto.constants.RSA_NO_PADDING }, block);
}

/** block^e mod n, as long as the modulus. Throws unless block is exactly that long and less than the modulus. */
export const rawPublic = (key, block) =>
  crypto.publicEncrypt({ key, padding: crypto.constants.RSA_NO_PADDING }, block);

/** What rawPublic recovers, without its leading zeros; null where the value has the wrong length or size. */
function recover(key, value) {
  if (value.length !== keyLength(key)) return null;
  try {
    const block = rawPublic(key, value);
    const first = block.findIndex((b) => b !== 0);
    return first < 0 ? Buffer.alloc(0) : block.subarray(first);
  } catch {
    return null;
  }
}

/** Canonical base64 only: Buffer.from is lenient, but only the canonical text survives the way back. */
function decodeBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

const bytesOf = (text) => (Buffer.isBuffer(text) ? text : Buffer.from(text, 'utf8'));
const LF = Buffer.from('\n');
const lines = (...parts) => Buffer.concat(parts.flatMap((p, i) => (i ? [LF, bytesOf(p)] : [bytesOf(p)])));

// ---- issuing --------------------------------------------------------------------------------------------------

export const certificateText = (version, at, user, magic = MAGIC) =>
  version === 'warwick' ? lines(`${at}`, user) : lines(`${at}`, user, magic);

/** Versions 1 and 2 sign stamp and URL; version 3 and Warwick sign the user too. */
export const baseString = (version, at, url, user) =>
  version === '1' || version === '2' ? lines(`${at}`, url) : lines(`${at}`, url, user);

export function freshSecret() {
  const secret = crypto.randomBytes(16);
  return secret[0] === 0 ? freshSecret() : secret; // raw RSA cannot tell a leading zero from none
}

/**
 * The headers of one request, {name: value}. Without checks of user and URL: the mutations need to make bad ones.
 * The options after `sign` replace what is normally derived; strings may be Buffers where bytes matter.
 */
export function issue({ privateKey, id, version, user, url, at = Date.now(), sign = version !== '1',
  secret = freshSecret(), rc4Key = secret, magicText = MAGIC, textMagic = MAGIC,
  signatureKey = privateKey, signedUrl = url, signedUser = user }) {
  if (!VERSIONS.includes(version)) throw new Error(`version ${version} is not known`);
  const text = certificateText(version, at, user, textMagic);
  const encrypted = version === '1' || version === '2';
  const name = names(version);
  const headers = {
    [name.id]: id,
    [name.cert]: (encrypted ? rc4(rc4Key, text) : text).toString('base64'),
  };
  if (name.version) headers[name.version] = version;
  if (encrypted) {
    headers[name.key] = rawPrivate(privateKey, secret).toString('base64');
    headers[name.magic] = rawPrivate(privateKey, Buffer.from(magicText)).toString('base64');
  }
  if (sign) {
    if (typeof signedUrl !== 'string') throw new Error('a URL is needed to sign');
    const base = baseString(version, at, signedUrl, signedUser);
    headers[name.signature] = crypto.sign('sha1', base, signatureKey).toString('base64');
  }
  return headers;
}

/** null, or why no genuine consumer issues this. */
export function issuingProblem({ id, user, url, at }) {
  const control = /\p{Cc}/u;
  if (typeof id !== 'string' || id.length < 1 || id.length > 255 || control.test(id)) return 'bad application id';
  if (typeof user !== 'string' || !goodUser(user)) return 'bad user name';
  if (!user.isWellFormed()) return 'user name with a lone surrogate'; // would be signed as U+FFFD
  if (url != null && (typeof url !== 'string' || control.test(url))) return 'bad URL';
  if (at !== undefined && !/^[1-9][0-9]{0,14}$/.test(`${at}`)) return 'bad time stamp';
  return null;
}

const goodUser = (user) => {
  const length = [...user].length;
  return length >= 1 && length <= 1024 && !/\p{Cc}/u.test(user);
};

// ---- verifying ------------------------------------------------------------------------------------------------

/** {lower-case name: [values]} of an object (a value may be an array) or of a list of [name, value]. */
function headerMap(headers) {
  const map = new Map();
  for (const [name, value] of Array.isArray(headers) ? headers : Object.entries(headers))
    map.set(name.toLowerCase(), [...(map.get(name.toLowerCase()) ?? []), ...[value].flat()]);
  return map;
}

class Refused extends Error {
  constructor(code, why) { super(why); this.code = code; }
}
const refuse = (code, why) => { throw new Refused(code, why); };
const blank = (value) => value === undefined || /^[ \t]*$/.test(value);

/**
 * {accepted, user, code, why}, in the order of legacy.md section 2. `version` is the one accepted version.
 * code null with accepted false: the request is none of ours. Optional: `id` (the only known application),
 * `baseUrls` (the request's URL must lie below one), `allowanceMs` (how far ahead the peer stamps).
 * Conditions, users and memory are not the business of this function. Throws only for an unusable public key.
 */
export function verify({ publicKey, version, headers, url, now = Date.now(), timeoutMs,
  allowanceMs = NEWEST_CLIENTS_AHEAD, id, baseUrls }) {
  const key = loadPublic(publicKey);
  if (!VERSIONS.includes(version)) throw new Error(`version ${version} is not known`);
  if (!(timeoutMs >= 1 && timeoutMs <= 86_400_000)) throw new Error('timeoutMs must be 1 to 86400000');
  try {
    const accepted = check({ key, version, map: headerMap(headers), url, now, timeoutMs, allowanceMs, id, baseUrls });
    return accepted
      ? { accepted: true, code: null, why: null, ...accepted }
      : { accepted: false, user: null, code: null, why: 'no trusted application headers' };
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return { accepted: false, user: null, code: e.code, why: e.message };
  }
}

function check({ key, version, map, url, now, timeoutMs, allowanceMs, id, baseUrls }) {
  const present = (family) => Object.values(family).filter((n) => map.has(n.toLowerCase()));
  const [seraph, warwick] = [present(SERAPH), present(WARWICK)];
  for (const n of [...seraph, ...warwick])
    if (map.get(n.toLowerCase()).length > 1) refuse('SYSTEM', `${n} twice`);
  if (seraph.length && warwick.length) refuse('SYSTEM', 'headers of both families');

  const name = names(version);
  const header = (field) => name[field] && map.get(name[field].toLowerCase())?.[0];
  if (blank(header('cert'))) return null;

  if (blank(header('id'))) refuse(version === 'warwick' ? 'PROVIDER_ID_NOT_FOUND' : 'APP_ID_NOT_FOUND', 'no id');
  const said = version === 'warwick' ? 'warwick' : header('version');
  // only for an accepted version: a version 3 request that says 2 is BAD_PROTOCOL_VERSION (case new-v3-version-two)
  if (said === version && (said === '1' || said === '2')) {
    if (blank(header('key'))) refuse('SECRET_KEY_NOT_FOUND', 'no Key');
    if (blank(header('magic'))) refuse('MAGIC_NUMBER_NOT_FOUND', 'no Magic');
  }
  if (id !== undefined && header('id') !== id) refuse('APP_UNKNOWN', 'not the known application');
  if (said !== version) refuse('BAD_PROTOCOL_VERSION', `version ${said ?? '0'}, not ${version}`);

  const { stamp, user, secret } = readCertificate(key, version, header);
  if (stamp > now + allowanceMs + CLOCK_SLACK) refuse('FUTURE_CERT', `stamp ${stamp} is ahead of ${now}`);
  if (stamp + timeoutMs < now) refuse('OLD_CERT', `stamp ${stamp} is too old at ${now}`);

  const below = (base) => url.startsWith(base) && /^([/?]|$)/.test(url.slice(base.length));
  if (baseUrls && !baseUrls.some(below)) refuse('BAD_URL', 'not below a base URL');

  const signature = header('signature');
  if (version !== '1' || signature !== undefined) { // present, even empty, is verified in version 1 too
    const value = signature === undefined ? null : decodeBase64(signature);
    if (!value) refuse('BAD_SIGNATURE', 'no Signature, or not canonical base64');
    if (value.length !== keyLength(key)) refuse('BAD_SIGNATURE', `Signature of ${value.length} bytes`);
    // OpenSSL compares with the one DigestInfo encoding and refuses a value not less than the modulus
    if (!crypto.verify('sha1', baseString(version, `${stamp}`, url, user), key, value))
      refuse('BAD_SIGNATURE', 'does not fit');
  }
  return { user, stamp, secret: secret?.toString('hex') };
}

function readCertificate(key, version, header) {
  const encrypted = version === '1' || version === '2';
  let secret;
  if (encrypted) {
    const value = decodeBase64(header('key')) ?? refuse('BAD_MAGIC', 'Key is not canonical base64');
    secret = recover(key, value);
    // exactly 16 after the zeros: shorter means a first byte of 0, longer is what X^e of a forged X looks like
    if (secret?.length !== 16) refuse('BAD_MAGIC', 'Key does not hold 16 bytes');
    const magic = decodeBase64(header('magic')) ?? refuse('BAD_MAGIC', 'Magic is not canonical base64');
    if (!recover(key, magic)?.equals(Buffer.from(MAGIC))) refuse('BAD_MAGIC', 'Magic does not hold the magic');
  }
  const cert = decodeBase64(header('cert'))
    ?? refuse(version === 'warwick' ? 'SYSTEM' : 'BAD_MAGIC', 'Cert is not canonical base64');
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encrypted ? rc4(secret, cert) : cert);
  } catch {
    refuse('SYSTEM', 'Cert is not UTF-8');
  }
  const rows = text.split('\n');
  if (version !== 'warwick' && rows[2] !== MAGIC) refuse('BAD_MAGIC', 'third line is not the magic');
  if (rows.length !== (version === 'warwick' ? 2 : 3)) refuse('SYSTEM', `${rows.length} lines`);
  const [stamp, user] = rows;
  if (!/^[1-9][0-9]{0,14}$/.test(stamp)) refuse('SYSTEM', 'bad time stamp');
  if (!goodUser(user)) refuse('SYSTEM', 'bad user name');
  return { stamp: Number(stamp), user, secret };
}

// ---- the answer -----------------------------------------------------------------------------------------------

/** {code, message, params} of X-Seraph-Trusted-App-Error, message with its parameters filled in; null if malformed. */
export function parseError(value) {
  const parts = value.split(';\t');
  if (parts.length !== 3) return null;
  const [code, message, json] = parts;
  try {
    const params = JSON.parse(json);
    if (!Array.isArray(params) || params.some((p) => typeof p !== 'string')) return null;
    return { code, message: message.replace(/\{(\d+)\}/g, (hole, n) => params[n] ?? hole), params };
  } catch {
    return null;
  }
}

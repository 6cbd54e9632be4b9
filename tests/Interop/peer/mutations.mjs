// Bad requests: what is changed, and the codes legacy.md wants for it.
import crypto from 'node:crypto';
import { MAGIC, baseString, freshSecret, issue, keyLength, modulus, names, rawPrivate, rawPublic } from './legacy.mjs';

const DAY = 86_400_000;
const codes = (versions, ...list) => Object.fromEntries(versions.map((v) => [v, list]));
const all = (...list) => codes(['1', '2', '3', 'warwick'], ...list);
const seraph = (...list) => codes(['1', '2', '3'], ...list);
const encrypted = (...list) => codes(['1', '2'], ...list);
const signed = (...list) => codes(['2', '3', 'warwick'], ...list);

const field = (name, change) => (headers, o) => {
  const full = names(o.version)[name];
  const value = change && change(headers[full], o);
  if (value === undefined) delete headers[full];
  else headers[full] = value;
};
const fields = (list) => (headers, o) => list.forEach((f) => field(f)(headers, o));
const bytes = (change) => (value, o) => change(Buffer.from(value, 'base64'), o).toString('base64');

const toNumber = (b) => BigInt('0x' + b.toString('hex'));
const plusModulus = (b, key) => toNumber(b) + modulus(key);
const fits = (n, key) => n < 1n << BigInt(8 * keyLength(key));
const fromNumber = (n, key) => Buffer.from(n.toString(16).padStart(2 * keyLength(key), '0'), 'hex');
const addModulus = bytes((b, o) => fromNumber(plusModulus(b, o.privateKey), o.privateKey));

/** Tries candidates until one fits: whether X + n is as long as n, or X begins with a zero byte, is chance. */
function search(tries, candidate) {
  for (let i = 0; i < tries; i++) {
    const found = candidate(i);
    if (found) return found;
  }
  throw new Error('no value of the kind wanted found for this key');
}
const signatureAt = (o, at) =>
  crypto.sign('sha1', baseString(o.version, at, o.url, o.user), o.privateKey);
/** An earlier stamp (by some milliseconds) whose signature is as wanted: signatures are deterministic. */
const stampWhere = (tries, wanted) => (o) =>
  search(tries, (i) => wanted(signatureAt(o, o.at - i), o.privateKey) && { at: o.at - i });

const whitespace = (value) => `${value.slice(0, 4)} ${value.slice(4)}`;
/** The last sextet before the padding has bits that carry nothing; lenient decoders ignore them. */
function strayBits(value) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const at = value.indexOf('=') - 1;
  if (at < 0) throw new Error('this value has no padding, so no stray bits');
  return value.slice(0, at) + alphabet[alphabet.indexOf(value[at]) + 1] + value.slice(at + 1);
}

const splitUrl = (url) => /^(https?:\/\/)([^/?]*)(.*)$/s.exec(url).slice(1);
const otherKey = (o) =>
  crypto.generateKeyPairSync('rsa', { modulusLength: o.privateKey.asymmetricKeyDetails.modulusLength }).privateKey;

/** Another name of as many bytes: the last bit flipped (`admin` becomes `admio`), never to a control character. */
export function otherUser(o) {
  if (o.otherUser) return Buffer.from(o.otherUser);
  const user = Buffer.from(o.user);
  user[user.length - 1] ^= user.at(-1) === 0x7e ? 2 : 1;
  return user;
}
/** RC4 is malleable: XOR of old and new name onto the Cert needs no key. */
const flipCert = bytes((cert, o) => {
  const [from, to] = [Buffer.from(o.user), otherUser(o)];
  if (from.length !== to.length) throw new Error('otherUser must have as many bytes as user');
  const start = `${o.at}\n`.length;
  from.forEach((b, i) => { cert[start + i] ^= b ^ to[i]; });
  return cert;
});

// before: options to change before issuing; after: changes the headers made; first: the good request is sent before it.
const TABLE = [
  { name: 'wrong-key', expect: { ...encrypted('BAD_MAGIC'), ...codes(['3', 'warwick'], 'BAD_SIGNATURE') },
    before: (o) => ({ privateKey: otherKey(o) }) },
  { name: 'wrong-signature-key', expect: all('BAD_SIGNATURE'),
    before: (o) => ({ sign: true, signatureKey: otherKey(o) }) },
  { name: 'user-swap', expect: encrypted('REPLAYED'), first: true, after: field('cert', flipCert),
    note: 'sends the good request first, then its copy for otherUser (default: last bit of user flipped)' },
  { name: 'user-swap', expect: codes(['3', 'warwick'], 'BAD_SIGNATURE'),
    before: (o) => ({ user: otherUser(o), signedUser: o.user }) },
  { name: 'user-swap-unseen', expect: encrypted('USER_UNKNOWN'), after: field('cert', flipCert),
    note: 'without the first request the forgery gets through to the user check; a known otherUser is accepted' },
  { name: 'replay', expect: all('REPLAYED'), first: true,
    note: 'the same headers twice; refused only with a method other than GET and HEAD, or with RefuseReplays' },
  { name: 'forged-key', expect: encrypted('BAD_MAGIC'),
    note: 'any X as Key, with X^e mod n as RC4 key: needs the public key alone',
    before: (o) => {
      const x = crypto.randomBytes(keyLength(o.privateKey));
      x[0] = 0; // less than the modulus
      return { forged: x, rc4Key: rawPublic(crypto.createPublicKey(o.privateKey), x) };
    },
    after: field('key', (_, o) => o.forged.toString('base64')) },
  { name: 'key-plus-n', expect: encrypted('BAD_MAGIC'),
    before: (o) => search(1000, () => {
      const secret = freshSecret();
      return fits(plusModulus(rawPrivate(o.privateKey, secret), o.privateKey), o.privateKey) && { secret };
    }),
    after: field('key', addModulus) },
  { name: 'signature-plus-n', expect: signed('BAD_SIGNATURE'),
    before: stampWhere(1000, (s, key) => fits(plusModulus(s, key), key)), after: field('signature', addModulus) },
  { name: 'long-key', expect: encrypted('BAD_MAGIC'),
    after: field('key', bytes((b) => Buffer.concat([Buffer.alloc(1), b]))) },
  { name: 'zero-first-byte', expect: encrypted('BAD_MAGIC'),
    note: 'a 16-byte key whose first byte is 0, the Cert made with the 15 that are left, as old servers do',
    before: () => {
      const secret = Buffer.concat([Buffer.alloc(1), freshSecret().subarray(0, 15)]);
      return { secret, rc4Key: secret.subarray(1) };
    } },
  { name: 'foreign-url', expect: all('BAD_SIGNATURE'),
    before: (o) => {
      const [scheme, authority, target] = splitUrl(o.url);
      return { sign: true, signedUrl: `${scheme}${authority}/foreign${target}` };
    },
    note: 'version 1 is sent with a Signature' },
  { name: 'foreign-host', expect: all('BAD_URL'), note: 'the provider has base URLs (it must)',
    before: (o) => {
      const [scheme, , target] = splitUrl(o.url);
      return { hostHeader: 'foreign.example', signedUrl: `${scheme}foreign.example${target}` };
    } },
  { name: 'version-downgrade', expect: codes(['2'], 'BAD_PROTOCOL_VERSION'), note: 'the trust accepts version 2 only',
    after: (headers, o) => { field('signature')(headers, o); field('version', () => '1')(headers, o); } },
  { name: 'version-leading-zero', expect: seraph('BAD_PROTOCOL_VERSION'), after: field('version', (v) => `0${v}`) },
  { name: 'version-plus', expect: seraph('BAD_PROTOCOL_VERSION'), after: field('version', (v) => `+${v}`) },
  { name: 'no-version', expect: seraph('BAD_PROTOCOL_VERSION'), // version 0 has neither magic nor signature
    after: (headers, o) => fields(o.version === '3' ? ['version'] : ['version', 'magic', 'signature'])(headers, o) },
  // signed for the user that a reader of lines would see, so that only the check of the text can refuse it
  { name: 'cert-crlf', expect: all('SYSTEM'), before: (o) => ({ user: `${o.user}\n${MAGIC}\nx`, signedUser: o.user }) },
  { name: 'cert-cr', expect: all('SYSTEM'), before: (o) => ({ user: `${o.user}\r`, signedUser: o.user }) },
  { name: 'bad-utf8', expect: all('SYSTEM'),
    before: (o) => ({ user: Buffer.concat([Buffer.from(o.user), Buffer.of(0xff)]), signedUser: `${o.user}\ufffd` }) },
  { name: 'empty-user', expect: all('SYSTEM'), before: () => ({ user: '', signedUser: '' }) },
  { name: 'long-user', expect: all('SYSTEM'),
    before: () => ({ user: 'u'.repeat(1025), signedUser: 'u'.repeat(1025) }) },
  { name: 'unknown-user', expect: all('USER_UNKNOWN'),
    before: (o) => ({ user: `${o.user}-nobody`, signedUser: `${o.user}-nobody` }) },
  { name: 'stale', expect: all('OLD_CERT'), before: (o) => ({ at: o.at - DAY - 60_000 }) }, // 24 h is a legal time-out
  { name: 'future', expect: all('FUTURE_CERT'), before: (o) => ({ at: o.at + DAY }) },
  { name: 'missing-id', expect: { ...seraph('APP_ID_NOT_FOUND'), ...codes(['warwick'], 'PROVIDER_ID_NOT_FOUND') },
    after: field('id') },
  { name: 'missing-key', expect: encrypted('SECRET_KEY_NOT_FOUND'), after: field('key') },
  { name: 'missing-magic', expect: encrypted('MAGIC_NUMBER_NOT_FOUND'), after: field('magic') },
  { name: 'missing-signature', expect: signed('BAD_SIGNATURE'), after: field('signature') },
  { name: 'empty-signature', expect: all('BAD_SIGNATURE'), after: field('signature', () => '') },
  { name: 'unknown-application', expect: all('APP_UNKNOWN'), after: field('id', (id) => `${id}-unknown`) },
  { name: 'duplicate-cert-header', expect: all('SYSTEM'), after: field('cert', (v) => [v, v]) },
  { name: 'both-families', expect: all('SYSTEM'), note: 'both header sets are good',
    after: (headers, o) =>
      Object.assign(headers, issue({ ...o, sign: true, version: o.version === 'warwick' ? '3' : 'warwick' })) },
  { name: 'base64-whitespace', expect: { ...seraph('BAD_MAGIC'), ...codes(['warwick'], 'SYSTEM') },
    after: field('cert', whitespace) },
  { name: 'base64-whitespace-signature', expect: signed('BAD_SIGNATURE'), after: field('signature', whitespace) },
  { name: 'base64-stray-bits', expect: { ...seraph('BAD_MAGIC'), ...codes(['warwick'], 'SYSTEM') },
    before: (o) => { // a text of 3n bytes has no padding: one more letter makes some, and is not read anyway
      const text = `${o.at}\n${o.version === 'warwick' ? '' : `\n${MAGIC}`}`.length + Buffer.byteLength(o.user);
      const user = text % 3 ? o.user : `${o.user}x`;
      return { user, signedUser: user };
    },
    after: field('cert', strayBits) },
  { name: 'base64-stray-bits-signature', expect: signed('BAD_SIGNATURE'), after: field('signature', strayBits),
    note: 'impossible (an error) where the modulus is a multiple of 3 bytes, such as 3072 bits' },
  { name: 'short-signature', expect: signed('BAD_SIGNATURE'), note: 'a signature that begins with 0, without that byte',
    before: stampWhere(4000, (s) => s[0] === 0), after: field('signature', bytes((b) => b.subarray(1))) },
  { name: 'long-signature', expect: signed('BAD_SIGNATURE'),
    after: field('signature', bytes((b) => Buffer.concat([Buffer.alloc(1), b]))) },
  { name: 'magic-wrong', expect: seraph('BAD_MAGIC'), note: 'versions 1, 2: the Magic header; 3: the text',
    before: (o) => (o.version === '3' ? { textMagic: '-1159983121' } : { magicText: '-1159983121' }) },
  { name: 'text-magic-wrong', expect: encrypted('BAD_MAGIC'), before: () => ({ textMagic: '-1159983121' }) },
];

/** {name, versions, codes, note?}; a name comes twice where the right code depends on the version. */
export function list() {
  return TABLE.flatMap(({ name, expect, note }) => {
    const groups = new Map();
    for (const [version, right] of Object.entries(expect))
      groups.set(`${right}`, { versions: [...(groups.get(`${right}`)?.versions ?? []), version], codes: right });
    return [...groups.values()].map((group) => ({ name, ...group, ...(note && { note }) }));
  });
}

/** {headers, hostHeader, first}: first are the headers of a good request to be sent before, or null. */
export function mutate(name, options) {
  const entry = TABLE.find((m) => m.name === name && options.version in m.expect);
  if (!entry) throw new Error(`no mutation ${name} for version ${options.version}`);
  const o = { at: Date.now(), ...options };
  const changed = { ...o, ...entry.before?.(o) };
  const headers = issue(changed);
  const first = entry.first ? { ...headers } : null;
  entry.after?.(headers, changed);
  return { headers, hostHeader: changed.hostHeader ?? null, first };
}

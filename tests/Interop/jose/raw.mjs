// JOSE by hand, on node:crypto alone: for what jose refuses to write.
import crypto from 'node:crypto';

const bytesOf = (value) =>
  Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
export const b64 = (value) => bytesOf(value).toString('base64url');

export const privateKey = ({ status, ...jwk }) => crypto.createPrivateKey({ key: jwk, format: 'jwk' });
export const publicKey = ({ kty, n, e }) => crypto.createPublicKey({ key: { kty, n, e }, format: 'jwk' });

const pss = (hash, saltLength) => (key) => (input) =>
  crypto.sign(hash, input, { key: privateKey(key), padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength });

/** Each takes a key and gives a signer: bytes to bytes. */
export const sign = {
  PS256: pss('sha256', 32),
  PS384: pss('sha384', 48),
  PS512: pss('sha512', 64),
  RS256: (key) => (input) =>
    crypto.sign('sha256', input, { key: privateKey(key), padding: crypto.constants.RSA_PKCS1_PADDING }),
  salt: (length) => pss('sha256', length),
  HS256: (secret) => (input) => crypto.createHmac('sha256', secret).update(input).digest(),
  none: () => () => Buffer.alloc(0),
};

/** header and payload: object, text or bytes, written as they are. */
export function jws({ header, payload, signer }) {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${signer(Buffer.from(input)).toString('base64url')}`;
}

/** AES-GCM with IV and tag of any allowed length; encryptedKey is written as it is. */
export function jweGcm({
  header,
  encryptedKey = Buffer.alloc(0),
  key,
  iv = crypto.randomBytes(12),
  plaintext,
  tagLength = 16,
}) {
  const aad = b64(header);
  const cipher = crypto.createCipheriv(`aes-${key.length * 8}-gcm`, key, iv, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(aad));
  const ciphertext = Buffer.concat([cipher.update(bytesOf(plaintext)), cipher.final()]);
  return [aad, b64(encryptedKey), b64(iv), b64(ciphertext), b64(cipher.getAuthTag())].join('.');
}

/** RFC 7518 section 5.2: the key is MAC key, then encryption key. */
export function jweCbc({ header, encryptedKey = Buffer.alloc(0), key, iv = crypto.randomBytes(16), plaintext }) {
  const half = key.length / 2;
  const aad = b64(header);
  const cipher = crypto.createCipheriv(`aes-${half * 8}-cbc`, key.subarray(half), iv);
  const ciphertext = Buffer.concat([cipher.update(bytesOf(plaintext)), cipher.final()]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(aad.length * 8));
  const mac = crypto
    .createHmac(`sha${half * 16}`, key.subarray(0, half))
    .update(Buffer.concat([Buffer.from(aad), iv, ciphertext, length]))
    .digest();
  return [aad, b64(encryptedKey), b64(iv), b64(ciphertext), b64(mac.subarray(0, half))].join('.');
}

const oaep = (oaepHash) => (jwk, bytes) =>
  crypto.publicEncrypt({ key: publicKey(jwk), padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);

export const wrap = {
  'RSA-OAEP-256': oaep('sha256'),
  'RSA-OAEP': oaep('sha1'),
  'RSA-OAEP-512': oaep('sha512'),
  RSA1_5: (jwk, bytes) =>
    crypto.publicEncrypt({ key: publicKey(jwk), padding: crypto.constants.RSA_PKCS1_PADDING }, bytes),
};

/** RFC 3394, for A256KW. */
export function keyWrap(kek, bytes) {
  const cipher = crypto.createCipheriv('aes256-wrap', kek, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

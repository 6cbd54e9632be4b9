// Certificates that a reader of section 2 must judge, each as the text that the server would answer.
import crypto from 'node:crypto';
import * as jose from 'jose';
import { generateKey, keysOf } from './keys.mjs';
import * as raw from './raw.mjs';

/** {application, stranger, now} -> [{name, expect, why, document}]; the documents are texts, because duplicates and white space matter. */
export async function certificates({ application, stranger, now, bits = 2048 }) {
  const [sig] = keysOf(application, 'sig');
  const [enc] = keysOf(application, 'enc');
  const second = await generateKey('sig', bits);
  const other = keysOf(stranger, 'sig')[0];
  const list = [];

  const shown = ({ kty, use, alg, kid, n, e }) => ({ kty, use, alg, kid, n, e });
  const header = (key) => ({ alg: 'PS256', kid: key.kid, typ: 'trusted-app-certificate+jws' });
  /** One signature over the payload; change says what is odd about it. */
  const signature = (payload, key, { headed = {}, text = (t) => t, signer = raw.sign.PS256(key), ...members } = {}) => {
    const heading = Object.fromEntries(
      Object.entries({ ...header(key), ...headed }).filter(([, value]) => value !== undefined),
    );
    const [protectedPart, , made] = raw.jws({ header: text(JSON.stringify(heading)), payload, signer }).split('.');
    return { protected: protectedPart, signature: made, ...members };
  };
  const build = ({
    claims = {},
    keys = [sig, enc].map(shown),
    payload = (t) => t,
    signatures = [[sig]],
    outer = (jws) => jws,
    document = (t) => t,
  } = {}) => {
    const members = Object.fromEntries(
      Object.entries({ iss: application.id, name: application.name, iat: now, versions: [4], keys, ...claims }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const bytes = payload(JSON.stringify(members));
    return document(
      JSON.stringify(
        outer({ payload: raw.b64(bytes), signatures: signatures.map(([key, odd]) => signature(bytes, key, odd)) }),
      ),
    );
  };
  const add =
    (expect) =>
    (name, options = {}, why = '') =>
      list.push({
        name,
        expect,
        ...(why && { why }),
        document: typeof options === 'string' ? options : build(options),
      });
  const good = add('accepted');
  const bad = add('refused');
  /** The key list with one member of the first signing key changed. */
  const withSig = (change, key = sig) => ({ keys: [{ ...shown(key), ...change }, shown(enc)], signatures: [[key]] });

  // ---- accepted
  good('as shown');
  good('members in another order', {
    payload: (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
  });
  good('keys in another order', { keys: [enc, sig].map(shown) });
  good('members of a key in another order', {
    keys: [Object.fromEntries(Object.entries(shown(sig)).reverse()), shown(enc)],
  });
  good('the payload after the signatures', { outer: ({ payload, signatures }) => ({ signatures, payload }) });
  good(
    'unknown members',
    { claims: { homepage: 'https://wiki.example', x: { y: [1] } } },
    'Payloads may hold unknown members, which are ignored',
  );
  good('escaped characters', { payload: (text) => text.replaceAll('"iss"', '"\\u0069ss"').replaceAll('/', '\\/') });
  good('two signing keys, two signatures', { keys: [sig, second, enc].map(shown), signatures: [[sig], [second]] });
  good('two signing keys, signatures in the other order', {
    keys: [sig, second, enc].map(shown),
    signatures: [[second], [sig]],
  });
  good(
    'a signature by another key beside',
    { signatures: [[sig], [other]] },
    'signatures by other keys are ignored unless rotation needs them',
  );
  good(
    'a bad signature by another key beside',
    { signatures: [[other, { signer: () => Buffer.alloc(256) }], [sig]] },
    'signatures by other keys are ignored',
  );
  good('iat as far ahead as it may be', { claims: { iat: now + 30 } }, 'iat <= now + skew');
  good('iat 0', { claims: { iat: 0 } });
  good('a name of 255 letters', { claims: { name: 'n'.repeat(255) } });
  good('a name of one letter', { claims: { name: 'n' } });
  good(
    'a name with markup',
    { claims: { name: '<script>alert(1)</script>' } },
    'name is hostile text: escaped wherever shown',
  );
  good('a name in Cyrillic', { claims: { name: 'Вики' } });
  good('an id of 128 characters', { claims: { iss: 'a'.repeat(128) } });
  good('an id of every kind of character', { claims: { iss: 'A-Z_a.z:09' } });
  good('4 among other versions', { claims: { versions: [3, 4] } });

  // ---- the document
  bad('a trailing line feed', { document: (t) => `${t}\n` }, 'nothing after it; no white space outside strings');
  bad('leading white space', { document: (t) => ` ${t}` });
  bad('white space within', { document: (t) => t.replace('":', '": ') });
  bad('a BOM', { document: (t) => `\ufeff${t}` });
  bad('trailing data', { document: (t) => `${t}{}` });
  bad('payload twice', { document: (t) => t.replace('{', '{"payload":"AAAA",') });
  bad('payload twice, once escaped', { document: (t) => t.replace('{', '{"\\u0070ayload":"AAAA",') });
  bad('signatures twice', { document: (t) => t.replace('"signatures":', '"signatures":[],"signatures":') });
  bad('protected twice', { document: (t) => t.replace('{"protected":', '{"protected":"AAAA","protected":') });
  bad('an unprotected header', { signatures: [[sig, { header: { x: 1 } }]] }, 'unprotected headers are refused');
  bad('an empty unprotected header', { signatures: [[sig, { header: {} }]] }, 'unprotected headers are refused');
  bad('no signatures', { signatures: [] });
  bad('signatures null', { outer: (jws) => ({ ...jws, signatures: null }) });
  bad('signatures missing', { outer: ({ payload }) => ({ payload }) });
  bad('payload missing', { outer: ({ signatures }) => ({ signatures }) });
  bad('payload null', { outer: (jws) => ({ ...jws, payload: null }) });
  bad('payload padded', { outer: (jws) => ({ ...jws, payload: `${jws.payload}=` }) });
  bad('payload with white space', { outer: (jws) => ({ ...jws, payload: `${jws.payload} ` }) });
  bad('payload changed', {
    outer: (jws) => ({
      ...jws,
      payload: raw.b64(Buffer.from(jws.payload, 'base64url').toString().replace('"name":"', '"name":"x')),
    }),
  });
  bad(
    'flattened serialization',
    { outer: ({ payload, signatures: [one] }) => ({ payload, ...one }) },
    'a JWS in general JSON serialization',
  );
  bad(
    'compact serialization',
    ((jws) => `${jws.signatures[0].protected}.${jws.payload}.${jws.signatures[0].signature}`)(JSON.parse(build())),
  );
  bad('a list', { document: (t) => `[${t}]` });
  bad('empty', '');
  bad('null', 'null');
  bad('a page', '<!doctype html><title>Sign in</title>');
  bad('more than 64 KiB', { claims: { x: 'x'.repeat(65536) } }, 'at most 64 KiB');

  // ---- the payload
  bad('iat too far ahead', { claims: { iat: now + 60 } }, 'iat <= now + skew');
  for (const [name, iat] of Object.entries({ missing: undefined, null: null, 'a string': `${now}` }))
    bad(`iat ${name}`, { claims: { iat } });
  bad('iat a fraction', { payload: (t) => t.replace(`"iat":${now}`, `"iat":${now}.0`) });
  bad('iat an exponent', { payload: (t) => t.replace(`"iat":${now}`, `"iat":${now}e0`) });
  for (const [name, iss] of Object.entries({
    missing: undefined,
    null: null,
    empty: '',
    'of 129 characters': 'a'.repeat(129),
    'with a space': 'wiki 1',
    'with a slash': 'wiki/1',
    'not ASCII': 'wíki',
    'a number': 1,
    'with a line feed': 'wiki\n',
  }))
    bad(`iss ${name}`, { claims: { iss } }, 'An id matches [A-Za-z0-9._:-]{1,128}');
  for (const [name, value] of Object.entries({
    missing: undefined,
    null: null,
    empty: '',
    'of 256 letters': 'n'.repeat(256),
    'with a line feed': 'a\nb',
    'with NUL': 'a\0',
    'with DEL': 'a\u007f',
    'with U+0085': 'a\u0085',
    'with U+202E': 'a\u202eb',
    'with U+2066': 'a\u2066b',
    'with U+200F': 'a\u200fb',
    'with U+061C': 'a\u061cb',
    'a number': 1,
    'a list': ['a'],
  }))
    bad(
      `name ${name}`,
      { claims: { name: value } },
      'name: 1 to 255 characters, no control or bidirectional-formatting characters',
    );
  for (const [name, versions] of Object.entries({
    missing: undefined,
    null: null,
    empty: [],
    'without 4': [3],
    'a number': 4,
    'of strings': ['4'],
    'a string': '4',
  }))
    bad(`versions ${name}`, { claims: { versions } });
  bad('payload: a member twice', { payload: (t) => t.replace('{', '{"iss":"evil",') });
  bad('payload: a member of a key twice', { payload: (t) => t.replace('{"kty":', '{"kty":"oct","kty":') });
  bad('payload: a member of a key twice, once escaped', {
    payload: (t) => t.replace('{"kty":', '{"\\u006bty":"oct","kty":'),
  });
  bad('payload: white space', { payload: (t) => t.replace(',"', ', "') });
  bad('payload: a BOM', { payload: (t) => `\ufeff${t}` });
  bad('payload: trailing data', { payload: (t) => `${t}{}` });
  good('payload: depth 5', { claims: { x: { y: { z: { a: {} } } } } }, 'depth at most 5');
  bad('payload: depth 6', { claims: { x: { y: { z: { a: { b: {} } } } } } }, 'depth at most 5');
  bad('payload: depth 6 in arrays', { claims: { x: [[[[[]]]]] } }, 'depth at most 5');
  for (const [name, json] of Object.entries({
    'a fraction': '1.0',
    'an exponent': '1e3',
    'a leading zero': '01',
    'a number out of range': '253402300800',
  }))
    bad(
      `payload: an ignored member that is ${name}`,
      { payload: (t) => `${t.slice(0, -1)},"x":${json}}` },
      'numbers are plain integers',
    );
  good('payload: an ignored member that is the largest number', { claims: { x: 253402300799 } });
  bad('payload: a negative number', { payload: (t) => `${t.slice(0, -1)},"x":-1}` });
  bad('payload: invalid UTF-8', {
    payload: (t) => Buffer.concat([Buffer.from(`${t.slice(0, -1)},"x":"`), Buffer.from([0xff]), Buffer.from('"}')]),
  });

  // ---- the keys
  bad('no keys', { keys: [] });
  bad('keys missing', { keys: undefined, claims: { keys: undefined } });
  bad('keys null', { claims: { keys: null } });
  bad('no signing key', { keys: [shown(enc)] }, 'one or more signing keys and one or more encryption keys');
  bad('no signing key, signed by the encryption key', { keys: [shown(enc)], signatures: [[enc]] });
  bad('no encryption key', { keys: [shown(sig)] }, 'one or more signing keys and one or more encryption keys');
  bad('one key twice', { keys: [sig, sig, enc].map(shown) });
  bad(
    'one modulus for both uses',
    { keys: [shown(sig), { ...shown(sig), use: 'enc', alg: 'RSA-OAEP-256' }] },
    'No modulus serves two purposes',
  );
  bad(
    'nine keys',
    await (async () => {
      const more = await Promise.all(Array.from({ length: 7 }, () => generateKey('enc', 2048)));
      return { keys: [sig, enc, ...more].map(shown) };
    })(),
    'At most 8 keys',
  );
  bad('nine signatures', { signatures: Array.from({ length: 9 }, () => [sig]) }, 'At most 8 keys and 8 signatures');
  bad('a key null', { keys: [shown(sig), shown(enc), null] });
  for (const [name, change] of Object.entries({
    'kty missing': { kty: undefined },
    'kty EC': { kty: 'EC' },
    'use missing': { use: undefined },
    'use signature': { use: 'signature' },
    'alg missing': { alg: undefined },
    'alg RS256': { alg: 'RS256' },
    'alg PS384': { alg: 'PS384' },
    'alg RSA-OAEP-256 for signatures': { alg: 'RSA-OAEP-256' },
    'kid missing': { kid: undefined },
    'kid of another': { kid: enc.kid },
    'kid made up': { kid: crypto.randomBytes(32).toString('base64url') },
    'e AQAB padded': { e: 'AQAB=' },
    'e with leading zero': { e: 'AAEAAQ' },
    'e 3': { e: 'Aw' },
    'e a number': { e: 65537 },
    'n padded': { n: `${sig.n}==` },
    'n with white space': { n: `${sig.n} ` },
    'n missing': { n: undefined },
    'n empty': { n: '' },
    'key_ops added': { key_ops: ['verify'] },
    'x5c added': { x5c: ['MIIB'] },
    'x5u added': { x5u: 'https://evil.example' },
    'ext added': { ext: true },
    'an unknown member': { x: 1 },
    'status added': { status: 'active' },
  }))
    bad(
      `key: ${name}`,
      withSig(change),
      'members of a JWK other than those shown are refused; readers recompute the kid',
    );
  bad('key: the private key', { keys: [(({ status, ...jwk }) => jwk)(sig), shown(enc)] });
  const leading = Buffer.concat([Buffer.alloc(1), Buffer.from(sig.n, 'base64url')]).toString('base64url');
  const thumb = await jose.calculateJwkThumbprint({ kty: 'RSA', n: leading, e: 'AQAB' });
  bad(
    'key: n with a leading zero octet',
    { keys: [{ ...shown(sig), n: leading, kid: thumb }, shown(enc)], signatures: [[{ ...sig, kid: thumb }]] },
    'n without leading zero octets',
  );
  bad('key: enc with alg RSA-OAEP', { keys: [shown(sig), { ...shown(enc), alg: 'RSA-OAEP' }] });
  const small = async (length) => {
    const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: length });
    const jwk = privateKey.export({ format: 'jwk' });
    return { ...jwk, use: 'sig', alg: 'PS256', kid: await jose.calculateJwkThumbprint(jwk) };
  };
  for (const length of [1024, 2040]) {
    const key = await small(length);
    bad(`key: ${length} bits`, withSig({}, key), 'RSA keys have 2048 to 4096 bits');
  }
  // A modulus need not be a product of two primes to be too long: this one is never used.
  const long = Buffer.alloc(513, 0xff).toString('base64url');
  bad(
    'key: enc of 4104 bits',
    {
      keys: [
        shown(sig),
        { ...shown(enc), n: long, kid: await jose.calculateJwkThumbprint({ kty: 'RSA', n: long, e: 'AQAB' }) },
      ],
    },
    'RSA keys have 2048 to 4096 bits',
  );

  // ---- the signatures
  bad(
    'two signing keys, one signature',
    { keys: [sig, second, enc].map(shown) },
    'any listed signing key has no valid signature',
  );
  bad('two signing keys, one signature twice', { keys: [sig, second, enc].map(shown), signatures: [[sig], [sig]] });
  bad('two signing keys, the second signature by the first', {
    keys: [sig, second, enc].map(shown),
    signatures: [[sig], [sig, { headed: { kid: second.kid } }]],
  });
  bad('signed by a stranger, with our kid', { signatures: [[other, { headed: { kid: sig.kid } }]] });
  bad('signed by a stranger', { signatures: [[other]] });
  bad('signed by the encryption key', { signatures: [[enc]] });
  for (const alg of ['RS256', 'PS384', 'PS512']) {
    bad(`signature: ${alg}`, { signatures: [[sig, { headed: { alg }, signer: raw.sign[alg](sig) }]] });
    bad(`signature: ${alg}, called PS256`, { signatures: [[sig, { signer: raw.sign[alg](sig) }]] });
  }
  bad('signature: none', { signatures: [[sig, { headed: { alg: 'none' }, signer: raw.sign.none() }]] });
  bad('signature: HS256 with the public key', {
    signatures: [
      [
        sig,
        {
          headed: { alg: 'HS256' },
          signer: raw.sign.HS256(raw.publicKey(sig).export({ type: 'spki', format: 'pem' })),
        },
      ],
    ],
  });
  bad('signature: another salt', { signatures: [[sig, { signer: raw.sign.salt(0)(sig) }]] }, 'RFC 7518 section 3.5');
  bad('signature: empty', { signatures: [[sig, { signer: raw.sign.none() }]] });
  bad('signature: padded', {
    outer: (jws) => ({ ...jws, signatures: jws.signatures.map((one) => ({ ...one, signature: `${one.signature}=` })) }),
  });
  bad('signature: null', {
    outer: (jws) => ({ ...jws, signatures: jws.signatures.map((one) => ({ ...one, signature: null })) }),
  });
  for (const [name, headed] of Object.entries({
    'typ missing': { typ: undefined },
    'typ of a grant': { typ: 'trusted-app-grant+jwt' },
    'typ with application/': { typ: 'application/trusted-app-certificate+jws' },
    'typ in capitals': { typ: 'TRUSTED-APP-CERTIFICATE+JWS' },
    'kid missing': { kid: undefined },
    crit: { crit: ['x'], x: 1 },
    'b64 false': { b64: false, crit: ['b64'] },
    jwk: { jwk: { kty: 'RSA', n: sig.n, e: sig.e } },
    jku: { jku: 'https://evil.example' },
    x5c: { x5c: ['MIIB'] },
    cty: { cty: 'json' },
    'an unknown member': { x: 1 },
    'alg in small letters': { alg: 'ps256' },
  }))
    bad(
      `signature header: ${name}`,
      { signatures: [[sig, { headed }]] },
      'Protected headers hold exactly the members shown',
    );
  bad('signature header: a member twice', { signatures: [[sig, { text: (t) => t.replace('{', '{"alg":"none",') }]] });
  bad('signature header: white space', { signatures: [[sig, { text: (t) => t.replace(',', ', ') }]] });
  return list;
}

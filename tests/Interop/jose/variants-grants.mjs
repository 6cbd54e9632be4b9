// The header Key, section 3.
import crypto from 'node:crypto';
import zlib from 'node:zlib';
import { keysOf } from './keys.mjs';
import {
  BASE64_FAULTS,
  JSON_FAULTS,
  OK,
  PAYLOAD_FAULTS,
  append,
  escapeBy,
  flip,
  newJti,
  part,
  random,
  replace,
  spare,
  spareAnywhere,
  spareOf,
  splice,
  standardOf,
} from './maker.mjs';
import * as raw from './raw.mjs';

export const grants = {
  audience(make) {
    const { base, provider } = make;
    const url = new URL(base);
    const open = ['BAD_AUDIENCE', 'BAD_GRANT'];
    const claims = {
      'aud of another provider': { aud: 'tracker:other' },
      'aud in another case': { aud: provider.id.replace(/[a-z]/, (c) => c.toUpperCase()) },
      'aud with a space': { aud: `${provider.id} ` },
      'aud that is the sender': { aud: make.application.id },
      'aud that is the base URL': { aud: base },
      'base of another host': { base: base.replace(url.host, 'other.example') },
      'base with another port': { base: base.replace(url.host, `${url.hostname}:1`) },
      'base with a path more': { base: `${base}/x` },
      'base with a trailing slash': { base: `${base}/` },
      'base in another case': { base: base.toUpperCase() },
      'base with another scheme': {
        base: base.startsWith('https') ? base.replace('https', 'http') : base.replace('http', 'https'),
      },
      'base with user-info': { base: base.replace('://', '://user@') },
      'base with an empty query': { base: `${base}?` },
      'base with an empty fragment': { base: `${base}#` },
      'base that is the request': { base: `${base}${make.uri}` },
      'an empty base': { base: '' },
      'an empty aud': { aud: '' },
    };
    for (const [name, value] of Object.entries(claims)) make.tryGrant(name, { claims: value }, ['BAD_AUDIENCE']);
    const shapes = {
      'aud as a list': { aud: [provider.id] },
      'aud as a list of two': { aud: [provider.id, 'other'] },
      'aud missing': { aud: undefined },
      'aud null': { aud: null },
      'base as a list': { base: [base] },
      'base missing': { base: undefined },
      'base null': { base: null },
      'base a number': { base: 1 },
    };
    for (const [name, value] of Object.entries(shapes))
      make.tryGrant(name, { claims: value }, open, {
        why: 'BAD_AUDIENCE: aud or base; BAD_GRANT: anything else about Key; a malformed aud is both',
      });
    make.add(
      '3',
      'a grant for another base, with the Host to match',
      make.step({
        grant: make.grant({ claims: { base: 'https://evil.example' } }),
        extra: [['Host', 'evil.example']],
      }),
      ['BAD_AUDIENCE'],
      { why: 'the Host header is never consulted' },
    );
  },

  'grant-signature'(make) {
    const { application } = make;
    const [key] = keysOf(application, 'sig');
    const [enc] = keysOf(application, 'enc');
    const rsa = raw.publicKey(key);
    const pem = rsa.export({ type: 'spki', format: 'pem' });

    make.tryGrant('none, unsigned', { header: { alg: 'none' }, signer: raw.sign.none() });
    make.tryGrant('None, unsigned', { header: { alg: 'None' }, signer: raw.sign.none() });
    make.tryGrant('none, without kid', { header: { alg: 'none', kid: undefined }, signer: raw.sign.none() });
    make.tryGrant('PS256, unsigned', { signer: raw.sign.none() });
    for (const [name, secret] of Object.entries({
      'the PEM': pem,
      'the PEM without its last line feed': pem.trimEnd(),
      'the PKCS#1 PEM': rsa.export({ type: 'pkcs1', format: 'pem' }),
      'the DER': rsa.export({ type: 'spki', format: 'der' }),
      'the JWK': JSON.stringify(rsa.export({ format: 'jwk' })),
      'the modulus': Buffer.from(key.n, 'base64url'),
      'n as text': key.n,
      nothing: '',
    }))
      make.tryGrant(`HS256 keyed with ${name}`, { header: { alg: 'HS256' }, signer: raw.sign.HS256(secret) });
    make.tryGrant('HS256 of the DER, called PS256', {
      signer: raw.sign.HS256(rsa.export({ type: 'spki', format: 'der' })),
    });
    for (const alg of ['RS256', 'PS384', 'PS512']) {
      make.tryGrant(alg, { header: { alg }, signer: raw.sign[alg](key) });
      make.tryGrant(`${alg}, called PS256`, { signer: raw.sign[alg](key) });
    }
    make.tryGrant('PS256, called RS256', { header: { alg: 'RS256' } });
    make.tryGrant('a salt of 0 octets', { signer: raw.sign.salt(0)(key) }, ['BAD_GRANT'], {
      why: 'RFC 7518 section 3.5: the salt is as long as the hash',
    });
    make.tryGrant('a salt of 20 octets', { signer: raw.sign.salt(20)(key) }, ['BAD_GRANT'], {
      why: 'RFC 7518 section 3.5: the salt is as long as the hash',
    });
    make.tryGrant(
      'the longest salt',
      { signer: raw.sign.salt(crypto.constants.RSA_PSS_SALTLEN_MAX_SIGN)(key) },
      ['BAD_GRANT'],
      { why: 'RFC 7518 section 3.5: the salt is as long as the hash' },
    );
    make.tryGrant('the key for encryption, with its kid', { key: enc, header: { kid: enc.kid } }, ['BAD_GRANT'], {
      why: 'No modulus serves two purposes',
    });
    make.tryGrant('the key for encryption, with the kid for signatures', { key: enc });
    make.tryGrant('the kid of the key for encryption', { header: { kid: enc.kid } });
    make.tryGrant('one bit of the signature', { token: part(2, (t) => flip(t)) });
    make.tryGrant('one bit at the end of the signature', {
      token: part(2, (t) => flip(t, Buffer.from(t, 'base64url').length - 1)),
    });
    make.tryGrant('a signature of zeros', { signer: (input) => Buffer.alloc(raw.sign.PS256(key)(input).length) });
    make.tryGrant('a signature an octet short', { signer: (input) => raw.sign.PS256(key)(input).subarray(1) });
    make.tryGrant('a signature an octet long', {
      signer: (input) => Buffer.concat([Buffer.alloc(1), raw.sign.PS256(key)(input)]),
    });
    const second = keysOf(application, 'sig')[1];
    if (second) {
      make.tryGrant('the second key', { key: second, header: { kid: second.kid } }, OK, {
        why: 'kid is a trusted key of the app',
      });
      make.tryGrant('the second key, with the kid of the first', { key: second });
    }
    const modulus = BigInt(`0x${Buffer.from(key.n, 'base64url').toString('hex')}`);
    const size = Buffer.from(key.n, 'base64url').length;
    for (let tries = 0; tries < 100; tries++) {
      let fits = true;
      const grant = make.grant({
        signer: (input) => {
          const sum = (BigInt(`0x${raw.sign.PS256(key)(input).toString('hex')}`) + modulus)
            .toString(16)
            .padStart(size * 2, '0');
          fits = sum.length === size * 2;
          return Buffer.from(sum.padStart(size * 2 + 2, '0').slice(-size * 2), 'hex');
        },
      });
      if (!fits) continue;
      make.add('3', 'the signature and the modulus added', make.step({ grant }), ['BAD_GRANT'], {
        why: 'RFC 8017 section 5.2.2: the signature representative is less than the modulus',
      });
      break;
    }
    make.tryGrant('another payload under the signature', {
      token: part(1, (t) => raw.b64(Buffer.from(t, 'base64url').toString().replace('"exp":', '"nbf":1,"exp":'))),
    });
    make.tryGrant('another header under the signature', {
      token: part(0, (t) =>
        raw.b64(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(Buffer.from(t, 'base64url'))).reverse()))),
      ),
    });
  },

  'grant-header'(make) {
    const [key] = keysOf(make.application, 'sig');
    const jwk = { kty: 'RSA', n: key.n, e: key.e };
    const additions = {
      'crit, empty': { crit: [] },
      'crit with b64': { crit: ['b64'], b64: true },
      'b64 false': { b64: false, crit: ['b64'] },
      'b64 false without crit': { b64: false },
      'crit with a name of its own': { crit: ['x'], x: 1 },
      jku: { jku: 'https://evil.example/keys' },
      jwk: { jwk },
      x5u: { x5u: 'https://evil.example/cert' },
      x5c: { x5c: ['MIIB'] },
      x5t: { x5t: 'AAAA' },
      'x5t#S256': { 'x5t#S256': 'AAAA' },
      zip: { zip: 'DEF' },
      cty: { cty: 'JWT' },
      'an unknown member': { x: 1 },
      'typ missing': { typ: undefined },
      'typ JWT': { typ: 'JWT' },
      'typ of an assertion': { typ: 'trusted-app-cert+jwt' },
      'typ of a certificate': { typ: 'trusted-app-certificate+jws' },
      'typ with application/': { typ: 'application/trusted-app-grant+jwt' },
      'typ in capitals': { typ: 'TRUSTED-APP-GRANT+JWT' },
      'typ with one capital': { typ: 'trusted-app-grant+JWT' },
      'typ null': { typ: null },
      'typ a list': { typ: ['trusted-app-grant+jwt'] },
      'kid missing': { kid: undefined },
      'kid unknown': { kid: random(32).toString('base64url') },
      'kid empty': { kid: '' },
      'kid null': { kid: null },
      'kid a number': { kid: 1 },
      'kid a list': { kid: [key.kid] },
      'kid with a space': { kid: `${key.kid} ` },
      'kid padded': { kid: `${key.kid}=` },
      'kid with spare bits': { kid: spare(key.kid) },
      'kid of the provider': { kid: make.wrapping.kid },
      'kid a path': { kid: '../../../../dev/null' },
      'alg missing': { alg: undefined },
      'alg in small letters': { alg: 'ps256' },
      'alg null': { alg: null },
      'alg a list': { alg: ['PS256'] },
    };
    for (const [name, header] of Object.entries(additions))
      make.tryGrant(name, { header }, ['BAD_GRANT'], {
        why: 'Protected headers hold exactly the members shown, in any order, with exactly the values shown',
      });
    make.tryGrant('a key of its own, and signed with it', {
      key: keysOf(make.stranger, 'sig')[0],
      header: { jwk: { kty: 'RSA', n: keysOf(make.stranger, 'sig')[0].n, e: 'AQAB' } },
    });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) make.tryGrant(`JSON: ${name}`, { text: fault });
    make.tryGrant('JSON: typ twice, the first one wrong', { text: replace('"typ":', '"typ":"JWT","typ":') });
    make.tryGrant('JSON: typ twice, once escaped', { text: replace('"typ":', '"\\u0074yp":"JWT","typ":') });
  },

  'grant-claims'(make) {
    const { now } = make;
    for (const [name, fault] of Object.entries(JSON_FAULTS)) make.tryGrant(`JSON: ${name}`, { payload: fault });
    for (const [name, json] of Object.entries(PAYLOAD_FAULTS))
      make.tryGrant(`JSON: ${name}`, { payload: append(json) });
    make.tryGrant('JSON: invalid UTF-8', {
      payload: (text) => splice('@', Buffer.from([0xff]))(append('"x":"@"')(text)),
    });
    make.tryGrant('JSON: an overlong slash', {
      payload: (text) => splice('@', Buffer.from([0xc0, 0xaf]))(append('"x":"@"')(text)),
    });
    make.tryGrant('JSON: a surrogate in UTF-8', {
      payload: (text) => splice('@', Buffer.from([0xed, 0xa0, 0x80]))(append('"x":"@"')(text)),
    });
    make.tryGrant('JSON: cnf.jwe twice', { payload: replace('"jwe":', '"jwe":"a.b.c.d.e","jwe":') });
    make.tryGrant('JSON: cnf.jwe twice, once escaped', {
      payload: replace('"jwe":', '"\\u006awe":"a.b.c.d.e","jwe":'),
    });
    make.tryGrant('JSON: aud twice, the second right', { payload: replace('"aud":', '"aud":"evil","aud":') });

    const times = {
      'a string': (n) => `"${n}"`,
      'a fraction': (n) => `${n}.0`,
      'an exponent': (n) => `${n}e0`,
      'a leading zero': (n) => `0${n}`,
      'a plus sign': (n) => `+${n}`,
      negative: (n) => `-${n}`,
      'out of range': () => '253402300800',
      'of 30 digits': () => '9'.repeat(30),
      null: () => 'null',
      milliseconds: (n) => `${n}000`,
      'a list': (n) => `[${n}]`,
    };
    for (const [name, change] of Object.entries(times)) {
      make.tryGrant(`iat: ${name}`, { payload: replace(`"iat":${now}`, `"iat":${change(now)}`) }, ['BAD_GRANT'], {
        why: name === 'milliseconds' ? 'above 253402300799' : 'numbers are plain integers',
      });
      make.tryGrant(`exp: ${name}`, { payload: replace(`"exp":${now + 600}`, `"exp":${change(now + 600)}`) });
    }
    for (const name of ['iat', 'exp', 'jti', 'cnf'])
      make.tryGrant(`${name} missing`, { claims: { [name]: undefined } });
    const good = newJti();
    for (const [name, jti] of Object.entries({
      'of 21 characters': good.slice(1),
      'of 23 characters': `A${good}`,
      'with spare bits': spare(good),
      padded: `${good}==`,
      'of 24 characters': random(18).toString('base64url'),
      'in the standard alphabet': `+/${good.slice(2)}`,
      'with a space': `${good.slice(0, 21)} `,
      empty: '',
      'a number': 1,
      null: null,
      'with a line feed': `${good}\n`,
    }))
      make.tryGrant(`jti ${name}`, { claims: { jti } }, ['BAD_GRANT'], {
        why: 'jti is exactly 22 characters (16 bytes); base64url: canonical',
      });
    for (const [name, cnf] of Object.entries({
      null: null,
      'a string': 'x',
      empty: {},
      'with jwe null': { jwe: null },
      'with jwe a list': { jwe: [make.jwe({ sessionKey: random(32) })] },
      'with jwk only': { jwk: { kty: 'oct', k: random(32).toString('base64url') } },
      'a list': [],
    }))
      make.tryGrant(`cnf ${name}`, { claims: { cnf } });
    make.tryGrant('the session key in the clear', {
      sessionKey: make.shared.key,
      claims: { cnf: { jwk: { kty: 'oct', k: make.shared.key.toString('base64url') } } },
    });
  },

  'grant-encoding'(make) {
    const names = ['header', 'payload', 'signature'];
    names.forEach((name, index) => {
      for (const [fault, change] of Object.entries(BASE64_FAULTS))
        make.tryGrant(`${name}: ${fault}`, { token: part(index, change) });
      if (index < 2) {
        // the text as signed, so that only the encoding is wrong: the signer signs what is sent
        const faulty = (change) => {
          for (let pad = 0; pad < 3; pad++) {
            const grant = make.grant({ payload: escapeBy(pad) });
            const parts = grant.header.split('.');
            const changed = change(parts[index]);
            if (changed === null) {
              if (index === 0) return null;
              continue;
            }
            parts[index] = changed;
            const input = `${parts[0]}.${parts[1]}`;
            return {
              ...grant,
              header: `${input}.${raw.sign.PS256(keysOf(make.application, 'sig')[0])(Buffer.from(input)).toString('base64url')}`,
            };
          }
          return null;
        };
        for (const [fault, change] of Object.entries({
          'spare bits, signed so': spareOf,
          'padding, signed so': BASE64_FAULTS.padding,
        })) {
          const grant = faulty(change);
          if (grant)
            make.add('3', `${name}: ${fault}`, make.step({ grant }), ['BAD_GRANT'], { why: 'base64url: canonical' });
        }
      }
    });
    make.add(
      '3',
      'signature: spare bits',
      make.step({ grant: ((grant) => ({ ...grant, header: spareAnywhere(grant.header) }))(make.grant()) }),
      ['BAD_GRANT'],
    );
    make.tryGrant('signature: standard alphabet', { token: part(2, (t) => standardOf(t) ?? `+${t.slice(1)}`) });
    make.tryGrant('two parts', { token: (t) => t.split('.').slice(0, 2).join('.') });
    make.tryGrant('four parts', { token: (t) => `${t}.` });
    make.tryGrant('five parts', { token: (t) => `${t}.AAAA.AAAA` });
    make.tryGrant('a leading dot', { token: (t) => `.${t}` });
    make.tryGrant('no dots', { token: (t) => t.replaceAll('.', '') });
    make.tryGrant('Bearer before it', { token: (t) => `Bearer ${t}` });
    make.tryGrant('quoted', { token: (t) => `"${t}"` });
    make.tryGrant('JSON serialization', {
      token: (t) => ((p) => JSON.stringify({ payload: p[1], protected: p[0], signature: p[2] }))(t.split('.')),
    });
    make.tryGrant('a detached payload', { token: part(1, () => '') });
    make.tryGrant('a word', { token: () => 'grant' });
    make.tryGrant('two grants with a comma', { token: (t) => `${t},${t}` });
  },

  'wrapped-key'(make) {
    const { wrapping, provider, stranger, application } = make;
    const signing = provider.keys.find(({ use }) => use === 'sig');
    const same = ['BAD_GRANT'];
    const bad = (name, jwe, more = {}, options = {}) => make.tryGrant(name, { jwe, ...options }, same, more);

    bad('RSA-OAEP with SHA-1', { alg: 'RSA-OAEP', header: { alg: 'RSA-OAEP' } });
    bad('RSA-OAEP with SHA-1, called RSA-OAEP-256', { alg: 'RSA-OAEP' });
    bad('RSA-OAEP-512', { alg: 'RSA-OAEP-512', header: { alg: 'RSA-OAEP-512' } });
    bad('RSA1_5', { alg: 'RSA1_5', header: { alg: 'RSA1_5' } });
    bad('RSA1_5, called RSA-OAEP-256', { alg: 'RSA1_5' });
    bad('dir', { header: { alg: 'dir' }, encryptedKey: Buffer.alloc(0) });
    bad('A128GCM', { header: { enc: 'A128GCM' }, key: random(16) });
    bad('A192GCM', { header: { enc: 'A192GCM' }, key: random(24) });
    bad('A128GCM, called A256GCM', { key: random(16) });
    bad('A256CBC-HS512', { header: { enc: 'A256CBC-HS512' }, key: random(64), make: raw.jweCbc });
    bad('A128CBC-HS256', { header: { enc: 'A128CBC-HS256' }, key: random(32), make: raw.jweCbc });
    bad('A256CBC-HS512, called A256GCM', { key: random(64), make: raw.jweCbc });

    const additions = {
      zip: { zip: 'DEF' },
      'crit, empty': { crit: [] },
      crit: { crit: ['exp'], exp: 1 },
      jku: { jku: 'https://evil.example/' },
      jwk: { jwk: { kty: 'RSA', n: wrapping.n, e: 'AQAB' } },
      x5u: { x5u: 'https://evil.example/' },
      x5c: { x5c: ['MIIB'] },
      apu: { apu: 'AAAA' },
      p2c: { p2c: 1 },
      'an unknown member': { x: 1 },
      typ: { typ: 'JWT' },
      aud: { aud: provider.id },
      'cty missing': { cty: undefined },
      'cty JWT': { cty: 'JWT' },
      'cty json': { cty: 'json' },
      'cty with application/': { cty: 'application/jwk+json' },
      'cty in capitals': { cty: 'JWK+JSON' },
      'kid missing': { kid: undefined },
      'kid unknown': { kid: random(32).toString('base64url') },
      'kid empty': { kid: '' },
      'kid null': { kid: null },
      "kid of the provider's signing key": { kid: signing.kid },
      'kid of the sender': { kid: keysOf(application, 'enc')[0].kid },
      'iss of another': { iss: make.other.id },
      'iss null': { iss: null },
      'iss a list': { iss: [application.id] },
      'enc missing': { enc: undefined },
      'alg missing': { alg: undefined },
      'alg in small letters': { alg: 'rsa-oaep-256' },
      'enc in small letters': { enc: 'a256gcm' },
    };
    for (const [name, header] of Object.entries(additions))
      bad(
        `header: ${name}`,
        { header },
        { why: "the JWE's header is as above with the same iss and one of the provider's kids" },
      );
    bad(
      "wrapped to the provider's signing key",
      { wrapping: signing, header: { kid: signing.kid } },
      { why: 'No modulus serves two purposes' },
    );
    bad("wrapped to the provider's signing key, with the right kid", { wrapping: signing });
    const packed = zlib.deflateRawSync(JSON.stringify({ kty: 'oct', k: random(32).toString('base64url') }));
    bad('compressed', { header: { zip: 'DEF' }, plaintext: packed });
    bad('compressed, and nothing said', { plaintext: packed });
    const second = provider.keys.filter(({ use }) => use === 'enc')[1];
    if (second)
      make.tryGrant('wrapped to the second key', { jwe: { wrapping: second, header: { kid: second.kid } } }, OK, {
        why: "one of the provider's kids",
      });
    if (second) bad('wrapped to the second key, with the kid of the first', { wrapping: second });
    bad('wrapped to a stranger', { wrapping: keysOf(stranger, 'enc')[0] });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) bad(`header, JSON: ${name}`, { text: fault });
    bad('header, JSON: iss twice, once escaped', { text: replace('"iss":', '"\\u0069ss":"x","iss":') });

    const key = (length) => random(length).toString('base64url');
    const good = key(32);
    for (const [name, plaintext] of Object.entries({
      'not JSON': 'key',
      empty: '',
      'the bare octets': random(32),
      'a key of 16 octets': { kty: 'oct', k: key(16) },
      'a key of 31 octets': { kty: 'oct', k: key(31) },
      'a key of 33 octets': { kty: 'oct', k: key(33) },
      'a key of 64 octets': { kty: 'oct', k: key(64) },
      'an empty key': { kty: 'oct', k: '' },
      'no k': { kty: 'oct' },
      'no kty': { k: good },
      'kty RSA': { kty: 'RSA', k: good },
      'kty OCT': { kty: 'OCT', k: good },
      'alg added': { kty: 'oct', k: good, alg: 'A256GCM' },
      'kid added': { kty: 'oct', k: good, kid: 'x' },
      'use added': { kty: 'oct', k: good, use: 'enc' },
      'an unknown member': { kty: 'oct', k: good, x: 1 },
      'a key set': { keys: [{ kty: 'oct', k: good }] },
      'a list': [{ kty: 'oct', k: good }],
      'k a list': { kty: 'oct', k: [good] },
      'k null': { kty: 'oct', k: null },
      'k with spare bits': { kty: 'oct', k: spare(good) },
      'k padded': { kty: 'oct', k: `${good}=` },
      'k in the standard alphabet': { kty: 'oct', k: `+/${good.slice(2)}` },
      'k with a space': { kty: 'oct', k: ` ${good}` },
      'k twice': `{"kty":"oct","k":"${good}","k":"${good}"}`,
      'k twice, once escaped': `{"kty":"oct","k":"${good}","\\u006b":"${good}"}`,
      'white space': `{"kty":"oct", "k":"${good}"}`,
      'a trailing line feed': `{"kty":"oct","k":"${good}"}\n`,
      'a BOM': `\ufeff{"kty":"oct","k":"${good}"}`,
      'trailing data': `{"kty":"oct","k":"${good}"}{}`,
      'an RSA private key': (({ kty, n, e, d }) => ({ kty, n, e, d }))(keysOf(stranger, 'enc')[0]),
    })) {
      const text = Buffer.isBuffer(plaintext) || typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext);
      bad(
        `plaintext: ${name}`,
        { plaintext: text },
        { why: 'it opens, to exactly one 256-bit oct key' },
        { sessionKey: Buffer.from(good, 'base64url') },
      );
    }

    ['encrypted key', 'IV', 'ciphertext', 'tag'].forEach((name, index) => {
      bad(`one bit of the ${name}`, { token: part(index + 1, (t) => flip(t)) });
      for (const [fault, change] of Object.entries(BASE64_FAULTS))
        bad(`${name}: ${fault}`, { token: part(index + 1, change) });
    });
    ['encrypted key', 'ciphertext', 'tag'].forEach((name, at) => {
      const index = [1, 3, 4][at]; // an IV of 12 octets has no spare bits
      bad(`${name}: spare bits`, { token: part(index, (t) => spareOf(t) ?? `${t}=`) }, { why: 'base64url: canonical' });
    });
    bad('header: spare bits', { token: part(0, (t) => spareOf(t) ?? `${t}=`) });
    bad('an IV of 11 octets', { iv: random(11) });
    bad('an IV of 16 octets', { iv: random(16) });
    bad('a tag of 12 octets', { tagLength: 12 });
    bad('a tag of 15 octets', { tagLength: 15 });
    bad('an encrypted key an octet short', {
      token: part(1, (t) => Buffer.from(t, 'base64url').subarray(1).toString('base64url')),
    });
    bad('an encrypted key with a zero octet before it', {
      token: part(1, (t) => Buffer.concat([Buffer.alloc(1), Buffer.from(t, 'base64url')]).toString('base64url')),
    });
    bad('an encrypted key of zeros', {
      token: part(1, (t) => Buffer.alloc(Buffer.from(t, 'base64url').length).toString('base64url')),
    });
    bad('an encrypted key as large as the modulus', { token: part(1, () => wrapping.n) });
    bad('four parts', { token: (t) => t.split('.').slice(0, 4).join('.') });
    bad('six parts', { token: (t) => `${t}.` });
    bad('a signature in its place', { token: () => make.shared.header });
    bad('an assertion in its place', { token: () => make.cert() });
  },
};

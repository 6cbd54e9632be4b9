// The header Cert, section 4, and its claims.
import crypto from 'node:crypto';
import zlib from 'node:zlib';
import {
  BASE64_FAULTS,
  JSON_FAULTS,
  PAYLOAD_FAULTS,
  append,
  flip,
  newJti,
  part,
  random,
  replace,
  requestKeyOf,
  spare,
  spareOf,
  splice,
  standardOf,
} from './maker.mjs';
import * as raw from './raw.mjs';

export const assertions = {
  'assertion-header'(make) {
    const bad = (name, options, more = {}) =>
      make.tryCert(name, options, ['BAD_MAGIC'], {
        why: 'BAD_MAGIC: the assertion does not open, or its header, IV or tag is malformed',
        ...more,
      });
    const kek = requestKeyOf(make.shared);
    const cek = random(32);
    const additions = {
      zip: { zip: 'DEF' },
      'crit, empty': { crit: [] },
      crit: { crit: ['exp'], exp: 1 },
      cty: { cty: 'JWT' },
      iss: { iss: make.application.id },
      jku: { jku: 'https://evil.example/' },
      jwk: { jwk: { kty: 'oct', k: 'AAAA' } },
      x5u: { x5u: 'https://evil.example/' },
      x5c: { x5c: ['MIIB'] },
      epk: { epk: {} },
      p2c: { p2c: 1 },
      'an unknown member': { x: 1 },
      'typ missing': { typ: undefined },
      'typ JWT': { typ: 'JWT' },
      'typ of a grant': { typ: 'trusted-app-grant+jwt' },
      'typ with application/': { typ: 'application/trusted-app-cert+jwt' },
      'typ in capitals': { typ: 'TRUSTED-APP-CERT+JWT' },
      'typ null': { typ: null },
      'kid missing': { kid: undefined },
      'kid unknown': { kid: newJti() },
      'kid empty': { kid: '' },
      'kid null': { kid: null },
      'kid a list': { kid: [make.shared.jti] },
      'kid with spare bits': { kid: spare(make.shared.jti) },
      'alg missing': { alg: undefined },
      'alg none': { alg: 'none' },
      'alg in capitals': { alg: 'DIR' },
      'alg A256KW': { alg: 'A256KW' },
      'alg A256GCMKW': { alg: 'A256GCMKW' },
      'alg RSA-OAEP-256': { alg: 'RSA-OAEP-256' },
      'enc missing': { enc: undefined },
      'enc A128GCM': { enc: 'A128GCM' },
      'enc A256CBC-HS512': { enc: 'A256CBC-HS512' },
      'enc in small letters': { enc: 'a256gcm' },
      'enc null': { enc: null },
    };
    for (const [name, header] of Object.entries(additions)) bad(name, { header });
    bad('compressed', { header: { zip: 'DEF' }, payload: (text) => zlib.deflateRawSync(text) });
    bad('A256KW, wrapped', { header: { alg: 'A256KW' }, key: cek, encryptedKey: raw.keyWrap(kek, cek) });
    bad('A256KW, wrapped, called dir', { key: cek, encryptedKey: raw.keyWrap(kek, cek) });
    bad('RSA-OAEP-256, wrapped to the provider', {
      header: { alg: 'RSA-OAEP-256' },
      key: cek,
      encryptedKey: raw.wrap['RSA-OAEP-256'](make.wrapping, cek),
    });
    bad('A128GCM with half of the key', { header: { enc: 'A128GCM' }, key: kek.subarray(0, 16) });
    bad('A128CBC-HS256 with the request key', { header: { enc: 'A128CBC-HS256' }, make: raw.jweCbc });
    bad('A128CBC-HS256, called A256GCM', { make: raw.jweCbc });
    bad('a signed token in its place', { token: () => make.shared.header });
    bad('signed with HS256 and the request key', {
      token: () =>
        raw.jws({
          header: { alg: 'HS256', kid: make.shared.jti, typ: 'trusted-app-cert+jwt' },
          payload: { sub: 'fred', iat: make.now, htm: make.method, uri: make.uri },
          signer: raw.sign.HS256(kek),
        }),
    });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) bad(`JSON: ${name}`, { text: fault });
    bad('JSON: kid twice, once escaped', { text: replace('"kid":', '"\\u006bid":"x","kid":') });
    bad('JSON: enc twice, the first one wrong', { text: replace('"enc":', '"enc":"A128GCM","enc":') });
  },

  'assertion-encoding'(make) {
    const bad = (name, options, more = {}) =>
      make.tryCert(name, options, ['BAD_MAGIC'], {
        why: 'BAD_MAGIC: the assertion does not open, or its header, IV or tag is malformed',
        ...more,
      });
    for (const length of [8, 11, 13, 16]) bad(`an IV of ${length} octets`, { iv: random(length) });
    for (const tagLength of [4, 8, 12, 13, 14, 15]) bad(`a tag of ${tagLength} octets`, { tagLength });
    bad('a tag of 17 octets', {
      token: part(4, (t) => Buffer.concat([Buffer.from(t, 'base64url'), Buffer.alloc(1)]).toString('base64url')),
    });
    bad('a tag cut to 12 octets', {
      token: part(4, (t) => Buffer.from(t, 'base64url').subarray(0, 12).toString('base64url')),
    });
    bad('a tag of zeros', { token: part(4, () => 'A'.repeat(22)) });
    bad('an encrypted key', { encryptedKey: random(32) });
    bad('an encrypted key of one octet', { encryptedKey: random(1) });
    ['IV', 'ciphertext', 'tag'].forEach((name, at) => {
      bad(`one bit of the ${name}`, { token: part(at + 2, (t) => flip(t)) });
      for (const [fault, change] of Object.entries(BASE64_FAULTS))
        bad(`${name}: ${fault}`, { token: part(at + 2, change) });
    });
    for (const [fault, change] of Object.entries(BASE64_FAULTS)) bad(`header: ${fault}`, { token: part(0, change) });
    bad('header: members in another order than encrypted', {
      token: part(0, (t) =>
        raw.b64(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(Buffer.from(t, 'base64url'))).reverse()))),
      ),
    });
    bad('tag: spare bits', { token: part(4, spare) }, { why: 'base64url: canonical' });
    for (const [name, pad] of [
      ['one', 0],
      ['two', 1],
      ['three', 2],
    ]) {
      const cert = make.cert({ claims: { sub: 'fred'.slice(pad) } });
      const changed = spareOf(cert.split('.')[3]);
      if (changed)
        make.add(
          '4',
          `ciphertext: spare bits, length ${name}`,
          make.step({ cert: part(3, () => changed)(cert) }),
          ['BAD_MAGIC'],
          { why: 'base64url: canonical' },
        );
    }
    // The header is authenticated as its text: an encryptor that writes it wrongly gets a tag that is right.
    const heading = (change) => {
      const aad = change(raw.b64({ alg: 'dir', enc: 'A256GCM', kid: make.shared.jti, typ: 'trusted-app-cert+jwt' }));
      if (aad === null) return null;
      const iv = random(12);
      const cipher = crypto.createCipheriv('aes-256-gcm', requestKeyOf(make.shared), iv);
      cipher.setAAD(Buffer.from(aad));
      const text = Buffer.concat([
        cipher.update(JSON.stringify({ sub: 'fred', iat: make.now, htm: make.method, uri: make.uri })),
        cipher.final(),
      ]);
      return [aad, '', raw.b64(iv), raw.b64(text), raw.b64(cipher.getAuthTag())].join('.');
    };
    for (const [name, change] of Object.entries({
      padding: BASE64_FAULTS.padding,
      'spare bits': spareOf,
      'a space': BASE64_FAULTS['white space'],
    })) {
      const cert = heading(change);
      if (cert)
        make.add('4', `header: ${name}, encrypted so`, make.step({ cert }), ['BAD_MAGIC'], {
          why: 'base64url: canonical',
        });
    }
    const standard = (() => {
      for (let tries = 0; tries < 200; tries++) {
        const cert = make.cert();
        const changed = standardOf(cert.split('.')[2]);
        if (changed) return part(2, () => changed)(cert);
      }
      return null;
    })();
    if (standard)
      make.add('4', 'IV: standard alphabet', make.step({ cert: standard }), ['BAD_MAGIC'], {
        why: 'base64url: canonical',
      });
    bad('ciphertext: standard alphabet', {
      claims: { sub: 'x'.repeat(250) },
      token: part(3, (t) => standardOf(t) ?? `+${t.slice(1)}`),
    });
    bad('four parts', { token: (t) => t.split('.').slice(0, 4).join('.') });
    bad('six parts', { token: (t) => `${t}.` });
    bad('without the empty part', { token: (t) => t.replace('..', '.') });
    bad('a leading dot', { token: (t) => `.${t}` });
    bad('a word', { token: () => 'cert' });
    bad('dots', { token: () => '....' });
    bad('two with a comma', { token: (t) => `${t},${t}` });
    bad('JSON serialization', {
      token: (t) => ((p) => JSON.stringify({ protected: p[0], iv: p[2], ciphertext: p[3], tag: p[4] }))(t.split('.')),
    });
  },

  claims(make) {
    const { now, method } = make;
    const bad = (name, options, more = {}) =>
      make.tryCert(name, options, ['SYSTEM'], { why: 'SYSTEM: malformed claims', ...more });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) bad(`JSON: ${name}`, { payload: fault });
    for (const [name, json] of Object.entries(PAYLOAD_FAULTS)) bad(`JSON: ${name}`, { payload: append(json) });
    bad('JSON: not JSON', { payload: () => `${now}\nfred\n-1159983122` });
    for (const [name, bytes] of Object.entries({
      ff: [0xff],
      'an overlong slash': [0xc0, 0xaf],
      'a surrogate': [0xed, 0xa0, 0x80],
      'above U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
      'a character cut short': [0xe2, 0x82],
      'Latin-1': [0xe9],
    })) {
      bad(`sub in invalid UTF-8: ${name}`, { claims: { sub: 'fr@d' }, payload: splice('@', Buffer.from(bytes)) });
    }
    bad('JSON: sub twice, once escaped', { payload: replace('"sub":', '"\\u0073ub":"admin","sub":') });
    bad('JSON: sub twice, the second escaped', { payload: append('"\\u0073\\u0075\\u0062":"admin"') });
    bad('JSON: htm twice', { payload: append(`"htm":"${method}"`) });

    for (const [name, sub] of Object.entries({
      empty: '',
      'of 256 scalars': 'a'.repeat(256),
      'of 256 astral scalars': '\u{1d4d0}'.repeat(256),
      'with a leading space': ' fred',
      'with a trailing space': 'fred ',
      'a space': ' ',
      'with LF': 'fred\nadmin',
      'with CR': 'fred\radmin',
      'with NUL': 'fred\0',
      'with TAB': 'fr\ted',
      'with DEL': 'fred\u007f',
      'with U+0085': 'fred\u0085',
      'with U+009F': 'fred\u009f',
      'with U+2028': 'fred\u2028admin',
      'with U+2029': 'fred\u2029',
      'with U+00AD, of category Cf': 'fr\u00aded',
      'with U+200B, of category Cf': 'fred\u200b',
      'with U+202E, of category Cf': '\u202efred',
      'with U+2060, of category Cf': 'fr\u2060ed',
      'with U+FEFF, of category Cf': 'fr\ufeffed',
      'with U+E0041, of category Cf': 'fred\u{e0041}',
      'with U+200C at its end': 'fred\u200c',
      'with U+200D at its start': '\u200dfred',
      'that is U+200D': '\u200d',
      null: null,
      'a number': 1,
      true: true,
      'a list': ['fred'],
      'an object': { name: 'fred' },
    }))
      bad(
        `sub ${name}`,
        { claims: { sub } },
        {
          why: 'sub: a string of 1 to 255 Unicode scalar values, no control, line or paragraph separator characters ...',
        },
      );
    bad(
      'sub with a lone surrogate',
      { payload: replace('"fred"', '"fred\\ud83d"') },
      { why: 'sub: no lone surrogates' },
    );
    bad(
      'sub with a lone low surrogate',
      { payload: replace('"fred"', '"\\ude00fred"') },
      { why: 'sub: no lone surrogates' },
    );
    bad(
      'sub with surrogates the wrong way round',
      { payload: replace('"fred"', '"\\ude00\\ud83d"') },
      { why: 'sub: no lone surrogates' },
    );
    bad('sub with an escaped LF', { payload: replace('"fred"', '"fred\\u000aadmin"') });

    const iat = `"iat":${now}`;
    for (const [name, text] of Object.entries({
      'a string': `"${now}"`,
      'a fraction': `${now}.0`,
      'a fraction of a second': `${now}.5`,
      'an exponent': `${now}e0`,
      'a leading zero': `0${now}`,
      'a plus sign': `+${now}`,
      negative: `-${now}`,
      'out of range': '253402300800',
      'of 30 digits': '9'.repeat(30),
      'wrapped at 2^64': `${BigInt(now) + (1n << 64n)}`,
      'in milliseconds': `${now}000`,
      null: 'null',
      'a list': `[${now}]`,
      hexadecimal: `0x${now.toString(16)}`,
    }))
      bad(`iat ${name}`, { payload: replace(iat, `"iat":${text}`) });
    for (const name of ['iat', 'htm', 'uri']) {
      bad(`${name} missing`, { claims: { [name]: undefined } });
      if (name !== 'iat') bad(`${name} null`, { claims: { [name]: null } });
    }
    bad('htm a list', { claims: { htm: [method] } });
    bad('htm a number', { claims: { htm: 1 } });
    bad('uri a list', { claims: { uri: [make.uri] } });
    bad('uri a number', { claims: { uri: 1 } });
    make.tryCert('htm empty', { claims: { htm: '' } }, ['BAD_SIGNATURE', 'SYSTEM'], {
      why: "htm: the method; malformed or not this request's",
    });
    make.tryCert('htm with a space', { claims: { htm: `${method} ` } }, ['BAD_SIGNATURE', 'SYSTEM'], {
      why: 'as before',
    });
    make.tryCert('uri with a line feed', { claims: { uri: `${make.uri}\n` } }, ['BAD_SIGNATURE', 'SYSTEM'], {
      why: "printable ASCII; malformed or not this request's",
    });
    make.tryCert('SUB instead of sub', { payload: replace('"sub"', '"SUB"') }, ['SYSTEM'], {
      why: 'A payload member that this text does not name is refused; no case folding',
    });
    make.tryCert('HTM instead of htm', { payload: replace('"htm"', '"HTM"') }, ['SYSTEM']);
    make.tryCert('sub absent, allowed', { claims: { sub: undefined } }, { user: null }, { needs: { allowSelf: true } });
    make.tryCert('sub absent, not allowed', { claims: { sub: undefined } }, ['PERMISSION_DENIED'], {
      needs: { allowSelf: false },
      why: 'PERMISSION_DENIED: sub absent where that is not allowed',
    });
    make.add(
      '6',
      'sub absent where not allowed, to another address',
      make.step({ target: `${make.path}/other`, cert: make.cert({ claims: { sub: undefined } }) }),
      ['BAD_SIGNATURE'],
      { why: 'section 6: method and URI before user lists' },
    );
    make.add(
      '6',
      'malformed claims that are too old',
      make.step({ cert: make.cert({ claims: { sub: '', iat: 0 } }) }),
      ['SYSTEM'],
      { why: 'section 6: open the assertion before time' },
    );
  },
};

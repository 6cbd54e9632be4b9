// Requests that a provider of version 4 must judge, each with the verdict the specification asks for.
// `why` is the sentence it rests on; `codes` holds more than one only where the text leaves it open.
import crypto from 'node:crypto';
import zlib from 'node:zlib';
import { HEADERS, digestOf, keysOf, newAssertion, newGrant, readCertificate } from './version4.mjs';
import { statusOf } from './provider.mjs';
import * as raw from './raw.mjs';

const MIB = 1 << 20;
const MAX_KEY = 4096; // characters
const BODY = Buffer.from('{"title":"A first issue"}');
const JSON_TYPE = 'application/json';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** {application, other, stranger, provider, base, method, uri, now, groups?} -> a list of variants. */
export async function variants(question) {
  const list = [];
  const make = await Maker.create(question, list);
  for (const [name, group] of Object.entries(GROUPS)) {
    if (question.groups && !question.groups.includes(name)) continue;
    make.group = name;
    await group(make);
  }
  return list;
}

// ---- the building blocks ------------------------------------------------------------------------------------

const without = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const random = (length) => crypto.randomBytes(length);
const newJti = () => random(16).toString('base64url');

/** The same 22 characters with a spare bit set: decoders that do not look read the same bytes. */
const spare = (text) => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)) | 1];
const flip = (text, at = 0) => {
  const bytes = Buffer.from(text, 'base64url');
  bytes[at] ^= 1;
  return bytes.toString('base64url');
};
/** Changes one part of a compact serialization. */
const part = (index, change) => (token) => token.split('.').map((text, at) => (at === index ? change(text) : text)).join('.');

class Maker {
  static async create({ application, other, stranger, provider, base, method = 'GET', uri, now }, list) {
    const make = new Maker();
    if (new Set([application.id, other.id, stranger.id]).size < 3) throw new Error('application, other and stranger: three ids');
    const pinned = await readCertificate(provider, now);
    if (pinned.problems.length) throw new Error(`provider: ${pinned.problems.join('; ')}`);
    Object.assign(make, { application, other, stranger, provider: pinned, base, method, uri, now, list });
    make.path = uri.split('?')[0];
    make.wrapping = pinned.keys.find(({ use }) => use === 'enc');
    const grant = await newGrant(application, pinned, base, { iat: now }); // by jose
    make.shared = { header: grant.header, jti: grant.jti, key: Buffer.from(grant.key, 'base64url'), by: application };
    return make;
  }

  /** jwe: {header, text, plaintext, key (content encryption), encryptedKey, wrapping, make, token} */
  jwe({ by = this.application, sessionKey, header = {}, text = (t) => t, plaintext, key = random(32), alg = 'RSA-OAEP-256', encryptedKey, wrapping = this.wrapping, make = raw.jweGcm, token = (t) => t, ...rest }) {
    const members = without({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: this.wrapping.kid, iss: by.id, cty: 'jwk+json', ...header });
    return token(make({
      header: text(JSON.stringify(members)),
      encryptedKey: encryptedKey ?? raw.wrap[alg](wrapping, key),
      key,
      plaintext: plaintext ?? JSON.stringify({ kty: 'oct', k: sessionKey.toString('base64url') }),
      ...rest,
    }));
  }

  /** A grant made by hand; claims and header overwrite members (undefined removes), payload and text change the JSON text. */
  grant({ by = this.application, claims = {}, payload = (t) => t, header = {}, text = (t) => t, sessionKey = random(32), jwe = {}, signer, key = keysOf(by, 'sig')[0], token = (t) => t } = {}) {
    const members = without({
      iss: by.id, aud: this.provider.id, base: this.base, iat: this.now, exp: this.now + 600, jti: newJti(),
      cnf: 'cnf' in claims ? undefined : { jwe: this.jwe({ by, sessionKey, ...jwe }) }, ...claims,
    });
    const heading = without({ alg: 'PS256', kid: keysOf(by, 'sig')[0].kid, typ: 'trusted-app-grant+jwt', ...header });
    const made = raw.jws({ header: text(JSON.stringify(heading)), payload: payload(JSON.stringify(members)), signer: signer ?? raw.sign.PS256(key) });
    return { header: token(made), jti: members.jti, key: sessionKey, by };
  }

  /** An assertion made by hand. */
  cert({ grant = this.shared, claims = {}, payload = (t) => t, header = {}, text = (t) => t, key = grant.key, make = raw.jweGcm, token = (t) => t, ...rest } = {}) {
    const members = without({ sub: 'fred', iat: this.now, htm: this.method, uri: this.uri, ...claims });
    const heading = without({ alg: 'dir', enc: 'A256GCM', kid: grant.jti, typ: 'trusted-app-cert+jwt', ...header });
    return token(make({ header: text(JSON.stringify(heading)), key, plaintext: payload(JSON.stringify(members)), ...rest }));
  }

  step({ grant = this.shared, cert, id = grant.by.id, method = this.method, target = this.uri, content, contentType, extra = [], headers, ...rest }) {
    let fields = [[HEADERS.id, id], [HEADERS.version, '4'], [HEADERS.key, grant.header], [HEADERS.cert, cert ?? this.cert({ grant })], ...extra];
    if (contentType !== undefined) fields.push(['Content-Type', contentType]);
    if (headers) fields = headers(fields);
    return { method, target, headers: fields, ...(content && { content: content.toString('base64') }), ...rest };
  }

  /** The last argument: codes (refused), or {user} (accepted); options: needs, why, serverMayRefuse. */
  add(section, name, steps, verdict, options = {}) {
    const codes = Array.isArray(verdict) ? verdict : [];
    const expect = verdict === 'none' ? 'none' : codes.length ? 'refused' : 'accepted';
    this.list.push({
      name: `${this.group}: ${name}`, group: this.group, section, expect, codes,
      status: expect === 'accepted' ? 200 : statusOf(codes[0]),
      ...(expect === 'accepted' && { user: 'user' in verdict ? verdict.user : 'fred' }),
      ...options,
      steps: [steps].flat(),
    });
  }

  /** A refused (or accepted) grant, with an assertion that is right. */
  tryGrant(name, options, verdict = ['BAD_GRANT'], more = {}) {
    const grant = this.grant(options);
    if (grant.header.length > MAX_KEY) return; // with keys of 3072 bits and more a few would be refused for their size
    this.add('3', name, this.step({ grant }), verdict, more);
  }

  /** An assertion under the shared grant. */
  tryCert(name, options, verdict, more = {}) {
    this.add('4', name, this.step({ cert: this.cert(options) }), verdict, more);
  }

  tryHeaders(name, headers, verdict = ['SYSTEM'], more = {}) {
    this.add('1', name, this.step({ headers }), verdict, more);
  }

  /** POST with content: claims follow what is sent, unless they say otherwise. Null: no content, no Content-Type. */
  tryContent(name, { claims = {}, content = BODY, contentType = JSON_TYPE, ...step }, verdict = OK, more = {}) {
    const signed = { htm: 'POST', dig: digestOf(content ?? Buffer.alloc(0)), cty: contentType ?? undefined, ...claims };
    this.add('4', name, this.step({
      cert: this.cert({ claims: signed }), method: 'POST', content: content ?? undefined, contentType: contentType ?? undefined, ...step,
    }), verdict, more);
  }

  target(name, sent, signed, verdict = ['BAD_SIGNATURE'], more = {}) {
    this.add('4', name, this.step({ target: sent, cert: this.cert({ claims: { uri: signed } }) }), verdict, more);
  }
}

const OK = { user: 'fred' };
const FIXED = { needs: { fixedClock: true } };
const set = (name, value) => (fields) => fields.map(([n, v]) => (n === name ? [n, value] : [n, v]));
const drop = (name) => (fields) => fields.filter(([n]) => n !== name);
const also = (...more) => (fields) => [...fields, ...more];
const replace = (from, to) => (text) => {
  if (!text.includes(from)) throw new Error(`nothing to replace: ${from}`);
  return text.replace(from, () => to);
};
const append = (json) => (text) => `${text.slice(0, -1)},${json}}`;
const nested = (depth) => '{"x":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);
/** Replaces one ASCII marker by bytes. */
const splice = (marker, bytes) => (text) => {
  const [before, after] = text.split(marker);
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
};

// The same faults of JSON for each place that is parsed; each changes a text whose first member is a string.
const JSON_FAULTS = {
  'a member twice': (text) => `{${firstMember(text)},${text.slice(1)}`,
  'a member twice, once escaped': (text) => `{${firstMember(text).replace(/^"(.)/, (_, c) => `"\\u00${c.charCodeAt(0).toString(16)}`)},${text.slice(1)}`,
  'trailing data': (text) => `${text}{}`,
  'a trailing zero octet': (text) => `${text}\0`,
  'a trailing line feed': (text) => `${text}\n`,
  'a leading BOM': (text) => `\ufeff${text}`,
  'leading white space': (text) => ` ${text}`,
  'white space after a comma': (text) => text.replace('","', '", "'),
  'white space after a colon': (text) => text.replace('":', '": '),
  'a trailing comma': (text) => `${text.slice(0, -1)},}`,
  'single quotes': (text) => text.replaceAll('"', "'"),
  'a comment': (text) => text.replace('{', '{/**/'),
  'an array around it': (text) => `[${text}]`,
  'cut short': (text) => text.slice(0, -1),
  'nothing': () => '',
  'null': () => 'null',
  'UTF-16': (text) => Buffer.from(text, 'utf16le'),
};
const firstMember = (text) => /^\{("[^"]*":"[^"]*"|"[^"]*":\d+)/.exec(text)[1];

// Faults that only a payload shows, in a member that would be ignored: append these.
const PAYLOAD_FAULTS = {
  'a negative number': '"x":-1',
  'minus zero': '"x":-0',
  'a plus sign': '"x":+1',
  'a fraction': '"x":1.0',
  'an exponent': '"x":1e3',
  'a leading zero': '"x":01',
  'a number out of range': '"x":253402300800',
  'NaN': '"x":NaN',
  'depth 5': `"x":${nested(4)}`,
  'depth 5 in arrays': '"x":[[[[]]]]',
  'an unknown member twice': '"x":1,"x":1',
  'an unknown member twice, once escaped': '"x":1,"\\u0078":1',
  'a nested member twice': '"x":{"y":1,"y":1}',
  'a nested member twice, once escaped': '"x":{"y":1,"\\u0079":1}',
  'a control character in a string': '"x":"a\nb"',
  'a tab in a string': '"x":"a\tb"',
  'a bad escape': '"x":"\\q"',
};

// Faults of base64url in one part of a compact serialization.
const BASE64_FAULTS = {
  padding: (text) => text + '='.repeat(text.length % 4 === 0 ? 4 : 4 - (text.length % 4)),
  'white space': (text) => `${text.slice(0, 4)} ${text.slice(4)}`,
  'a character outside the alphabet': (text) => `*${text.slice(1)}`,
  empty: () => '',
};
/** Spare bits, where this part has any: null otherwise. */
const spareOf = (text) => (text.length % 4 === 0 ? null : spare(text));
/** The standard alphabet, where this part has a character that differs. */
const standardOf = (text) => (/[-_]/.test(text) ? text.replaceAll('-', '+').replaceAll('_', '/') : null);

// ---- the groups; the ones that look at the clock first, so that it cannot run away -----------------------------

const GROUPS = {
  clock(make) {
    const { now } = make;
    const iv = random(12);
    make.tryCert('iat almost as old as it may be', { claims: { iat: now - 87 } }, OK);
    make.tryCert('iat as far ahead as it may be', { claims: { iat: now + 30 } }, OK);
    make.tryGrant('grant almost expired', { claims: { iat: now - 627, exp: now - 27 } }, OK);
    make.tryGrant('grant issued as far ahead as it may be', { claims: { iat: now + 30, exp: now + 630 } }, OK);
    make.tryGrant('grant of the longest life', { claims: { exp: now + 3600 } }, OK);
    make.tryCert('iat now - 90 exactly', { claims: { iat: now - 90 } }, OK, FIXED);
    make.tryCert('iat now + 31 exactly', { claims: { iat: now + 31 } }, ['FUTURE_CERT'], FIXED);
    make.tryGrant('grant expired 30 s ago exactly', { claims: { iat: now - 630, exp: now - 30 } }, OK, FIXED);
    make.tryGrant('grant issued in 31 s exactly', { claims: { iat: now + 31, exp: now + 631 } }, ['FUTURE_CERT'], FIXED);
    make.tryCert('iat a second too old', { claims: { iat: now - 91 } }, ['OLD_CERT']);
    make.tryCert('iat 0', { claims: { iat: 0 } }, ['OLD_CERT']);
    make.tryCert('iat too far ahead', { claims: { iat: now + 60 } }, ['FUTURE_CERT']);
    make.tryCert('iat at the end of time', { claims: { iat: 253402300799 } }, ['FUTURE_CERT']);
    make.tryGrant('grant expired', { claims: { iat: now - 631, exp: now - 31 } }, ['OLD_CERT'], { why: 'exp + skew >= now' });
    make.tryGrant('grant of the future', { claims: { iat: now + 60, exp: now + 660 } }, ['FUTURE_CERT'], { why: 'iat <= now + skew' });
    make.tryGrant('grant that expires as it is issued', { claims: { exp: now } }, ['BAD_GRANT'], { why: 'exp > iat' });
    make.tryGrant('grant that expires before it is issued', { claims: { exp: now - 10 } }, ['BAD_GRANT'], { why: 'exp > iat' });
    make.tryGrant('grant that lives a second too long', { claims: { exp: now + 3601 } }, ['BAD_GRANT'], { why: 'exp - iat <= the maximum life' });
    make.tryGrant('grant for ever', { claims: { iat: 0, exp: 253402300799 } }, ['BAD_GRANT'], { why: 'exp - iat <= the maximum life' });
    make.add('4', 'iat too old, and seen before', [
      make.step({ cert: make.cert({ iv }) }), make.step({ cert: make.cert({ iv, claims: { iat: now - 91 } }) }),
    ], ['OLD_CERT'], { why: 'section 6: time before replay' });
  },

  async bindings(make) {
    const { uri, path, method } = make;
    const other = method === 'POST' ? 'GET' : 'POST';
    const grant = await newGrant(make.application, make.provider, make.base, { iat: make.now });
    make.add('4', 'nothing wrong, made by jose', make.step({
      grant: { ...grant, by: make.application },
      cert: await newAssertion(grant, { sub: 'fred', iat: make.now, htm: method, uri }),
    }), OK);
    make.tryCert('nothing wrong, made by hand', {}, OK);
    make.add('4', 'another method sent', make.step({ method: other }), ['BAD_SIGNATURE']);
    make.add('4', 'DELETE sent', make.step({ method: 'DELETE' }), ['BAD_SIGNATURE']);
    make.add('4', 'the method sent in small letters', make.step({ method: method.toLowerCase() }), ['BAD_SIGNATURE'], { why: 'htm: the method of the request line, exactly' });
    make.tryCert('htm in small letters', { claims: { htm: method.toLowerCase() } }, ['BAD_SIGNATURE']);
    make.add('4', 'a method of its own', make.step({ method: 'REPORT', cert: make.cert({ claims: { htm: 'REPORT' } }) }), OK, { why: "A trust's methods default to all under version 4" });
    make.target('another path', `${path}/other`, path);
    make.target('a path with another case', path.replace(/[a-z]/, (c) => c.toUpperCase()), path);
    make.target('a slash more', `${path}/`, path);
    make.target('a slash less', path, `${path}/`);
    make.target('a query added', `${path}?admin=1`, path);
    make.target('a query removed', path, `${path}?q=open`);
    make.target('a query changed', `${path}?q=all`, `${path}?q=open`);
    make.target('a query in another order', `${path}?b=2&a=1`, `${path}?a=1&b=2`);
    make.target('an empty query added', `${path}?`, path, ['BAD_SIGNATURE'], { why: '/a and /a? differ' });
    make.target('an empty query removed', path, `${path}?`, ['BAD_SIGNATURE'], { why: '/a and /a? differ' });
    make.target('an empty query, signed', `${path}?`, `${path}?`, OK);
    make.target('percent-encoding in the other case', `${path}/%c3%a9`, `${path}/%C3%A9`);
    make.target('percent-encoding taken off', `${path}/~x`, `${path}/%7Ex`);
    make.target('percent-encoding put on', `${path}/%7Ex`, `${path}/~x`);
    make.target('percent-encoding in small letters, signed', `${path}/%c3%a9`, `${path}/%c3%a9`, OK);
    make.target('a plus for a space', `${path}?q=a+b`, `${path}?q=a%20b`);
    make.target('a dot segment', `${path}/./x`, `${path}/x`);
    make.target('a dot-dot segment', `${path}/y/../x`, `${path}/x`);
    make.target('every printable character in the query', `${path}?!$&'()*+,-./:;=?@_~{}|^[]\``, `${path}?!$&'()*+,-./:;=?@_~{}|^[]\``, OK);
    make.target('absolute-form', `http://{authority}${uri}`, uri, OK, { why: 'of an absolute-form target its path and query' });
    make.target('absolute-form, signed whole', `http://{authority}${uri}`, `${make.base}${uri}`, ['BAD_SIGNATURE', 'SYSTEM'], { why: 'uri: path and query; malformed or not this request\'s' });
    make.target('origin-form, signed whole', uri, `${make.base}${uri}`, ['BAD_SIGNATURE', 'SYSTEM'], { why: 'as before' });
    make.target('a claim without its first slash', uri, uri.slice(1), ['BAD_SIGNATURE', 'SYSTEM'], { why: 'as before' });
    make.target('an empty uri', uri, '', ['BAD_SIGNATURE', 'SYSTEM'], { why: 'as before' });
    make.target('a uri that is not ASCII', uri, `${path}/é`, ['BAD_SIGNATURE', 'SYSTEM'], { why: 'printable ASCII; malformed or not this request\'s' });
    make.add('4', 'asterisk-form', make.step({ method: 'OPTIONS', target: '*', cert: make.cert({ claims: { htm: 'OPTIONS', uri: '*' } }) }), ['SYSTEM'], { why: 'asterisk- and authority-form are refused; SYSTEM: target form', serverMayRefuse: true });
    make.add('4', 'CONNECT', make.step({ method: 'CONNECT', target: '{authority}', cert: make.cert({ claims: { htm: 'CONNECT', uri: '/' } }) }), ['SYSTEM'], { why: 'CONNECT, and upgrades other than to HTTP/2, are refused', serverMayRefuse: true });
    make.add('4', 'an upgrade to a web socket', make.step({ extra: [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ['Sec-WebSocket-Version', '13'], ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==']] }), ['SYSTEM'], { why: 'CONNECT, and upgrades other than to HTTP/2, are refused' });
    make.add('4', 'an upgrade to HTTP/2 offered', make.step({ extra: [['Connection', 'Upgrade, HTTP2-Settings'], ['Upgrade', 'h2c'], ['HTTP2-Settings', 'AAMAAABkAARAAAAAAAIAAAAA']] }), OK, { why: 'upgrades other than to HTTP/2' });
    make.add('3', 'another Host', make.step({ extra: [['Host', 'evil.example']] }), OK, { why: 'the Host header is never consulted' });
  },

  content(make) {
    const large = Buffer.alloc(MIB + 1, 'a');
    const exact = large.subarray(0, MIB);
    const gzip = Buffer.from('H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==', 'base64');
    const hash = (algorithm) => crypto.createHash(algorithm).update(BODY).digest('base64');
    const dig = digestOf(BODY);
    const value = dig.slice(9, -1);

    make.tryContent('content, bound', {});
    make.tryContent('content without a Content-Type', { contentType: null });
    make.tryContent('one octet', { content: Buffer.from('x') });
    make.tryContent('content that is a zero octet', { content: Buffer.from([0]) });
    make.tryContent('1 MiB', { content: exact }, OK, { why: 'content above the buffering limit (1 MiB by default) is 413' });
    make.tryContent('1 MiB and an octet', { content: large }, ['CONTENT_TOO_LARGE'], { why: 'content above the buffering limit (1 MiB by default) is 413' });
    make.tryContent('chunked', { framing: 'chunked' }, OK, { why: 'after transfer coding is removed' });
    make.tryContent('chunked, with a trailer', { framing: 'chunked', trailers: [['X-Trailer', '1']] }, OK, { why: 'Trailers are dropped' });
    make.tryContent('chunked, 1 MiB and an octet', { content: large, framing: 'chunked' }, ['CONTENT_TOO_LARGE']);
    make.tryContent('gzip, digest of what is sent', { content: gzip, extra: [['Content-Encoding', 'gzip']] }, OK, { why: 'before content coding is' });
    make.tryContent('gzip, digest of what it holds', { content: gzip, claims: { dig: digestOf(Buffer.from('hello')) }, extra: [['Content-Encoding', 'gzip']] }, ['BAD_DIGEST']);
    make.add('4', 'GET with content', make.step({ method: 'GET', cert: make.cert({ claims: { htm: 'GET', dig, cty: JSON_TYPE } }), content: BODY, contentType: JSON_TYPE }), OK);
    make.add('4', 'POST without content', make.step({ method: 'POST', cert: make.cert({ claims: { htm: 'POST' } }), content: Buffer.alloc(0) }), OK);
    make.add('4', 'POST without content, with a Content-Type', make.step({ method: 'POST', cert: make.cert({ claims: { htm: 'POST' } }), contentType: JSON_TYPE }), OK, { why: 'cty: present exactly when dig is and the request has that field' });
    make.add('4', 'chunked, and nothing in it', make.step({ method: 'POST', cert: make.cert({ claims: { htm: 'POST' } }), framing: 'chunked' }), OK, { why: 'dig: present exactly when the content is one octet or more' });

    make.tryContent('content changed', { content: Buffer.from('{"title":"a first issue"}'), claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('content cut short', { content: BODY.subarray(0, -1), claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('an octet more', { content: Buffer.concat([BODY, Buffer.from('\n')]), claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('chunked content changed', { content: Buffer.from('x'), framing: 'chunked', claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('content removed', { content: Buffer.alloc(0), claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('content removed, and its length', { content: null, claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('content added', { claims: { dig: undefined, cty: undefined } }, ['BAD_DIGEST'], { why: 'Without it the application is given empty content, and any octet that arrives is BAD_DIGEST' });
    make.tryContent('content added, chunked', { claims: { dig: undefined, cty: undefined }, framing: 'chunked' }, ['BAD_DIGEST']);
    make.tryContent('the digest of nothing, and nothing', { content: Buffer.alloc(0) }, ['BAD_DIGEST'], { why: 'dig: present exactly when the content is one octet or more' });
    make.tryContent('the digest of nothing, and content', { claims: { dig: digestOf(Buffer.alloc(0)) } }, ['BAD_DIGEST']);

    const malformed = {
      'sha-512': `sha-512=:${hash('sha512')}:`,
      'sha-512 named sha-256': `sha-256=:${hash('sha512')}:`,
      md5: `md5=:${hash('md5')}:`,
      'two members': `${dig},sha-512=:${hash('sha512')}:`,
      'two members with a space': `${dig}, ${dig}`,
      'a parameter': `${dig};q=1`,
      'an upper-case key': dig.replace('sha', 'SHA'),
      'a space before': ` ${dig}`,
      'a space within': dig.replace('=:', '= :'),
      'no colons': `sha-256=${value}`,
      'no last colon': dig.slice(0, -1),
      'no padding': dig.replace('=:', '=:').slice(0, -2) + ':',
      base64url: `sha-256=:-_${value.slice(2)}:`,
      'spare bits': `sha-256=:${value.slice(0, -2)}${spareBase64(value.at(-2))}=:`,
      hexadecimal: `sha-256=:${crypto.createHash('sha256').update(BODY).digest('hex')}:`,
      'a short digest': `sha-256=:${Buffer.from(value, 'base64').subarray(0, 31).toString('base64')}:`,
      'an empty digest': 'sha-256=::',
      'an empty string': '',
      'NONE': 'NONE',
      'a number': 1,
      'null': null,
      'a list': [dig],
    };
    for (const [name, value] of Object.entries(malformed))
      make.tryContent(`dig: ${name}`, { claims: { dig: value } }, ['SYSTEM'], { why: 'dig: one member, sha-256, no parameters; SYSTEM: malformed claims' });

    make.tryContent('another Content-Type sent', { claims: { cty: 'text/plain' } }, ['BAD_SIGNATURE']);
    make.tryContent('Content-Type in another case', { contentType: 'Application/JSON', claims: { cty: JSON_TYPE } }, ['BAD_SIGNATURE'], { why: 'cty: the Content-Type field value, byte for byte' });
    make.tryContent('Content-Type with a parameter more', { contentType: 'application/json; charset=utf-8', claims: { cty: JSON_TYPE } }, ['BAD_SIGNATURE']);
    make.tryContent('Content-Type with other white space', { contentType: 'text/plain;charset=utf-8', claims: { cty: 'text/plain; charset=utf-8' } }, ['BAD_SIGNATURE']);
    make.tryContent('Content-Type with a parameter, signed', { contentType: 'multipart/form-data; boundary="a b"' });
    make.tryContent('cty missing', { claims: { cty: undefined } }, ['BAD_SIGNATURE']);
    make.tryContent('Content-Type missing', { contentType: null, claims: { cty: JSON_TYPE } }, ['BAD_SIGNATURE']);
    make.tryContent('two Content-Types', { extra: [['Content-Type', 'text/html']] }, ['BAD_SIGNATURE', 'SYSTEM'], { why: 'cty: the Content-Type field value: there is no one value', serverMayRefuse: true });
    make.tryContent('an empty Content-Type, signed', { contentType: '' }, OK, { why: 'the request has that field, and its value is empty' });
    make.tryContent('an empty Content-Type, not signed', { contentType: '', claims: { cty: undefined } }, ['BAD_SIGNATURE'], { why: 'cty: present exactly when dig is and the request has that field' });
    make.tryContent('an empty cty, no Content-Type', { contentType: null, claims: { cty: '' } }, ['BAD_SIGNATURE']);
    make.tryContent('cty: null', { claims: { cty: null } }, ['SYSTEM']);
    make.tryContent('cty: a number', { claims: { cty: 1 } }, ['SYSTEM']);
    make.add('4', 'cty without dig', make.step({ cert: make.cert({ claims: { cty: JSON_TYPE } }), contentType: JSON_TYPE }), ['SYSTEM'], { why: 'cty without dig is malformed' });
    make.tryContent('cty without dig, with content', { claims: { dig: undefined } }, ['SYSTEM'], { why: 'cty without dig is malformed' });

    for (const allow of [true, false]) {
      const needs = { needs: { allowUnboundContent: allow }, why: 'none where the trust does not allow it' };
      make.tryContent(`unbound content, ${allow ? 'allowed' : 'not allowed'}`, { claims: { dig: 'none' } }, allow ? OK : ['BAD_DIGEST'], needs);
    }
    make.tryContent('unbound content, another Content-Type', { claims: { dig: 'none', cty: 'text/plain' } }, ['BAD_SIGNATURE'], { why: 'cty: checked with method and URI' });
  },

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
      'base with another scheme': { base: base.startsWith('https') ? base.replace('https', 'http') : base.replace('http', 'https') },
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
      make.tryGrant(name, { claims: value }, open, { why: 'BAD_AUDIENCE: aud or base; BAD_GRANT: anything else about Key; a malformed aud is both' });
    make.add('3', 'a grant for another base, with the Host to match', make.step({
      grant: make.grant({ claims: { base: 'https://evil.example' } }), extra: [['Host', 'evil.example']],
    }), ['BAD_AUDIENCE'], { why: 'the Host header is never consulted' });
  },

  applications(make) {
    const { application, other, stranger, shared } = make;
    make.add('3', 'another known application', make.step({ grant: make.grant({ by: other }) }), OK);
    make.add('3', 'the ID of another over a captured request', make.step({ id: other.id }), ['BAD_GRANT'], { why: 'kid is a trusted key of the app named in the ID header' });
    make.add('3', 'a grant of another under this ID', make.step({ id: application.id, grant: make.grant({ by: other }) }), ['BAD_GRANT']);
    make.tryGrant('iss of another', { claims: { iss: other.id } }, ['BAD_GRANT'], { why: 'iss equals the ID header' });
    make.tryGrant('iss of another, wrapped for it too', { claims: { iss: other.id }, jwe: { header: { iss: other.id } } });
    make.tryGrant('iss in another case', { claims: { iss: application.id.toUpperCase() } });
    make.tryGrant('iss missing', { claims: { iss: undefined } });
    make.tryGrant('iss a list', { claims: { iss: [application.id] } });
    make.tryGrant('signed by another, with its kid', { key: keysOf(other, 'sig')[0], header: { kid: keysOf(other, 'sig')[0].kid } });
    make.tryGrant('signed by another, with our kid', { key: keysOf(other, 'sig')[0] });
    make.tryGrant('signed by a stranger, with its kid', { key: keysOf(stranger, 'sig')[0], header: { kid: keysOf(stranger, 'sig')[0].kid } });

    const sessionKey = random(32);
    const captured = make.jwe({ sessionKey });
    make.add('3', 'a captured wrapped key, signed by another', make.step({
      grant: make.grant({ by: other, sessionKey, claims: { cnf: { jwe: captured } } }),
    }), ['BAD_GRANT'], { why: 'the JWE\'s header is as above with the same iss' });
    make.tryGrant('a wrapped key for another', { jwe: { header: { iss: other.id } } });
    make.tryGrant('a wrapped key without iss', { jwe: { header: { iss: undefined } } });

    make.add('6', 'a stranger', make.step({ grant: make.grant({ by: stranger }) }), ['APP_UNKNOWN']);
    for (const [name, id] of Object.entries({
      'in capitals': application.id.toUpperCase(), 'and a character more': `${application.id}x`, 'quoted': `"${application.id}"`,
      'twice with a comma': `${application.id}, ${application.id}`, 'and a slash': `${application.id}/`, 'of 129 characters': 'a'.repeat(129),
    })) make.add('1', `the ID ${name}`, make.step({ id }), ['APP_UNKNOWN'], { why: 'compared byte for byte' });

    const jti = newJti();
    const iv = random(12);
    const ours = make.grant({ claims: { jti } });
    const theirs = make.grant({ by: other, claims: { jti } });
    make.add('3', 'one jti in two applications', [
      make.step({ grant: ours, cert: make.cert({ grant: ours }) }), make.step({ grant: theirs, cert: make.cert({ grant: theirs }) }),
    ], OK, { why: 'kept under (application id, whole header value); (iss, jti)' });
    const same = newJti();
    const [mine, yours] = [application, other].map((by) => make.grant({ by, sessionKey: random(32), claims: { jti: same } }));
    make.add('4', 'one jti and one IV in two applications', [
      make.step({ grant: mine, cert: make.cert({ grant: mine, iv }) }), make.step({ grant: yours, cert: make.cert({ grant: yours, iv }) }),
    ], OK, { why: 'The provider remembers (iss, jti, IV)' });

    const second = make.grant();
    make.add('4', 'the assertion of another grant', make.step({ grant: second, cert: make.cert({ grant: shared }) }), ['BAD_MAGIC'], { why: 'kid: the grant\'s jti' });
    make.add('4', 'the assertion of another grant, with this kid', make.step({ grant: second, cert: make.cert({ grant: shared, header: { kid: second.jti } }) }), ['BAD_MAGIC']);
    make.add('4', 'an assertion of this grant that names another', make.step({ grant: second, cert: make.cert({ grant: second, header: { kid: shared.jti } }) }), ['BAD_MAGIC']);
    make.add('4', 'the assertion of another application', make.step({ cert: make.cert({ grant: make.grant({ by: other }) }) }), ['BAD_MAGIC']);
    make.add('4', 'a key of the attacker\'s choice', make.step({ cert: make.cert({ key: random(32) }) }), ['BAD_MAGIC']);
    make.add('4', 'a key of zeros', make.step({ cert: make.cert({ key: Buffer.alloc(32) }) }), ['BAD_MAGIC']);
  },

  replay(make) {
    const { other } = make;
    const once = make.cert();
    make.add('4', 'the same request again', [make.step({ cert: once }), make.step({ cert: once })], ['REPLAYED']);
    make.add('4', 'the same request a third time', (() => {
      const cert = make.cert();
      return [make.step({ cert }), { ...make.step({ cert }), expect: 'refused', codes: ['REPLAYED'] }, make.step({ cert })];
    })(), ['REPLAYED']);
    make.add('4', 'again with other header names and order', (() => {
      const cert = make.cert();
      return [make.step({ cert }), make.step({ cert, headers: (fields) => fields.map(([n, v]) => [n.toLowerCase(), v]).reverse() })];
    })(), ['REPLAYED']);
    make.add('4', 'again to another address', (() => {
      const cert = make.cert();
      return [make.step({ cert }), make.step({ cert, target: `${make.path}/other` })];
    })(), ['BAD_SIGNATURE'], { why: 'section 6: method and URI before replay' });
    make.add('4', 'one IV for two texts', (() => {
      const iv = random(12);
      return [make.step({ cert: make.cert({ iv }) }), make.step({ cert: make.cert({ iv, claims: { sub: 'barney' } }) })];
    })(), ['REPLAYED'], { why: 'The provider remembers (iss, jti, IV)' });
    make.add('4', 'one IV under two grants', (() => {
      const iv = random(12);
      const [a, b] = [make.grant(), make.grant()];
      return [make.step({ grant: a, cert: make.cert({ grant: a, iv }) }), make.step({ grant: b, cert: make.cert({ grant: b, iv }) })];
    })(), OK, { why: 'The provider remembers (iss, jti, IV)' });
    make.add('4', 'an IV of zeros', make.step({ cert: make.cert({ iv: Buffer.alloc(12) }) }), OK);
    make.add('4', 'a refused attempt before it', (() => {
      const cert = make.cert();
      return [{ ...make.step({ cert, method: 'DELETE' }), expect: 'refused', codes: ['BAD_SIGNATURE'] }, make.step({ cert })];
    })(), OK, { why: 'remembers ... after every check before it in section 6 has passed' });
    make.add('4', 'again after wrong content', (() => {
      const cert = make.cert({ claims: { htm: 'POST', dig: digestOf(BODY) } });
      const step = (content) => make.step({ cert, method: 'POST', content });
      return [{ ...step(Buffer.from('x')), expect: 'refused', codes: ['BAD_DIGEST'] }, step(BODY)];
    })(), ['REPLAYED'], { why: 'section 6: replay before content' });
    make.add('4', 'again with a changed tag', (() => {
      const cert = make.cert();
      return [make.step({ cert }), make.step({ cert: part(4, (t) => flip(t))(cert) })];
    })(), ['BAD_MAGIC']);
    make.add('4', 'again without the user, as itself', (() => {
      const iv = random(12);
      return [make.step({ cert: make.cert({ iv }) }), make.step({ cert: make.cert({ iv, claims: { sub: undefined } }) })];
    })(), ['REPLAYED'], { needs: { allowSelf: true } });

    const twice = (name, first, second, verdict, more) => make.add('3', name, [
      ...[first].flat().map((grant) => ({ ...make.step({ grant: grant.grant ?? grant }), ...(grant.codes && { expect: 'refused', codes: grant.codes }) })),
      make.step({ grant: second }),
    ], verdict, more);
    const kept = { why: 'A second, different grant with the (iss, jti) of one that this process keeps is refused' };
    const spelling = () => {
      const sessionKey = random(32);
      const jti = newJti();
      return { sessionKey, claims: { jti, cnf: { jwe: make.jwe({ sessionKey }) } } };
    };
    const jti = newJti();
    twice('one jti, another session key', make.grant({ claims: { jti } }), make.grant({ claims: { jti } }), ['BAD_GRANT'], kept);
    const signedTwice = spelling();
    twice('one grant, signed twice', make.grant(signedTwice), make.grant(signedTwice), ['BAD_GRANT'], kept);
    const reordered = spelling();
    twice('one grant, members in another order', make.grant(reordered),
      make.grant({ ...reordered, payload: (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())) }), ['BAD_GRANT'], kept);
    const longer = spelling();
    twice('one jti, a later exp', make.grant(longer), make.grant({ ...longer, claims: { ...longer.claims, exp: make.now + 1200 } }), ['BAD_GRANT'], kept);
    const more = spelling();
    twice('one grant, a member more', make.grant(more), make.grant({ ...more, payload: append('"x":1') }), ['BAD_GRANT'], kept);
    const spared = make.grant();
    twice('one grant, spare bits of its signature', spared, { ...spared, header: spareAnywhere(spared.header) }, ['BAD_GRANT'], { why: 'base64url: canonical' });
    const first = make.grant(spelling());
    twice('the first grant after a second was refused', [first, { grant: make.grant({ claims: { jti: first.jti } }), codes: ['BAD_GRANT'] }], first, OK);
    const forged = spelling();
    twice('a jti that a forger used before', [{ grant: make.grant({ ...forged, key: keysOf(other, 'sig')[0] }), codes: ['BAD_GRANT'] }], make.grant(forged), OK, { why: 'of one that this process keeps: a bad signature is not kept' });
    const broken = spelling();
    twice('a jti whose wrapped key did not open before', [{ grant: make.grant({ ...broken, claims: { ...broken.claims, cnf: { jwe: make.jwe({ sessionKey: random(31) }) } } }), codes: ['BAD_GRANT'] }], make.grant(broken), OK, { why: 'A verified grant may be kept' });
    const again = make.grant();
    twice('one grant, used twice', again, again, OK);
    twice('two grants of one application at once', make.grant(), make.grant(), OK, { why: 'A consumer process makes its own grant' });
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
      'nothing': '',
    })) make.tryGrant(`HS256 keyed with ${name}`, { header: { alg: 'HS256' }, signer: raw.sign.HS256(secret) });
    make.tryGrant('HS256 of the DER, called PS256', { signer: raw.sign.HS256(rsa.export({ type: 'spki', format: 'der' })) });
    for (const alg of ['RS256', 'PS384', 'PS512']) {
      make.tryGrant(alg, { header: { alg }, signer: raw.sign[alg](key) });
      make.tryGrant(`${alg}, called PS256`, { signer: raw.sign[alg](key) });
    }
    make.tryGrant('PS256, called RS256', { header: { alg: 'RS256' } });
    make.tryGrant('a salt of 0 octets', { signer: raw.sign.salt(0)(key) }, ['BAD_GRANT'], { why: 'RFC 7518 section 3.5: the salt is as long as the hash' });
    make.tryGrant('a salt of 20 octets', { signer: raw.sign.salt(20)(key) }, ['BAD_GRANT'], { why: 'RFC 7518 section 3.5: the salt is as long as the hash' });
    make.tryGrant('the longest salt', { signer: raw.sign.salt(crypto.constants.RSA_PSS_SALTLEN_MAX_SIGN)(key) }, ['BAD_GRANT'], { why: 'RFC 7518 section 3.5: the salt is as long as the hash' });
    make.tryGrant('the key for encryption, with its kid', { key: enc, header: { kid: enc.kid } }, ['BAD_GRANT'], { why: 'No modulus serves two purposes' });
    make.tryGrant('the key for encryption, with the kid for signatures', { key: enc });
    make.tryGrant('the kid of the key for encryption', { header: { kid: enc.kid } });
    make.tryGrant('one bit of the signature', { token: part(2, (t) => flip(t)) });
    make.tryGrant('one bit at the end of the signature', { token: part(2, (t) => flip(t, Buffer.from(t, 'base64url').length - 1)) });
    make.tryGrant('a signature of zeros', { signer: (input) => Buffer.alloc(raw.sign.PS256(key)(input).length) });
    make.tryGrant('a signature an octet short', { signer: (input) => raw.sign.PS256(key)(input).subarray(1) });
    make.tryGrant('a signature an octet long', { signer: (input) => Buffer.concat([Buffer.alloc(1), raw.sign.PS256(key)(input)]) });
    const second = keysOf(application, 'sig')[1];
    if (second) {
      make.tryGrant('the second key', { key: second, header: { kid: second.kid } }, OK, { why: 'kid is a trusted key of the app' });
      make.tryGrant('the second key, with the kid of the first', { key: second });
    }
    const modulus = BigInt(`0x${Buffer.from(key.n, 'base64url').toString('hex')}`);
    const size = Buffer.from(key.n, 'base64url').length;
    for (let tries = 0; tries < 100; tries++) {
      let fits = true;
      const grant = make.grant({ signer: (input) => {
        const sum = (BigInt(`0x${raw.sign.PS256(key)(input).toString('hex')}`) + modulus).toString(16).padStart(size * 2, '0');
        fits = sum.length === size * 2;
        return Buffer.from(sum.padStart(size * 2 + 2, '0').slice(-size * 2), 'hex');
      } });
      if (!fits) continue;
      make.add('3', 'the signature and the modulus added', make.step({ grant }), ['BAD_GRANT'], { why: 'RFC 8017 section 5.2.2: the signature representative is less than the modulus' });
      break;
    }
    make.tryGrant('another payload under the signature', { token: part(1, (t) => raw.b64(Buffer.from(t, 'base64url').toString().replace('"exp":', '"nbf":1,"exp":'))) });
    make.tryGrant('another header under the signature', { token: part(0, (t) => raw.b64(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(Buffer.from(t, 'base64url'))).reverse())))) });
  },

  'grant-header'(make) {
    const [key] = keysOf(make.application, 'sig');
    const jwk = { kty: 'RSA', n: key.n, e: key.e };
    const additions = {
      'crit, empty': { crit: [] }, 'crit with b64': { crit: ['b64'], b64: true }, 'b64 false': { b64: false, crit: ['b64'] }, 'b64 false without crit': { b64: false },
      'crit with a name of its own': { crit: ['x'], x: 1 }, jku: { jku: 'https://evil.example/keys' }, jwk: { jwk }, x5u: { x5u: 'https://evil.example/cert' },
      x5c: { x5c: ['MIIB'] }, x5t: { x5t: 'AAAA' }, 'x5t#S256': { 'x5t#S256': 'AAAA' }, zip: { zip: 'DEF' }, cty: { cty: 'JWT' }, 'an unknown member': { x: 1 },
      'typ missing': { typ: undefined }, 'typ JWT': { typ: 'JWT' }, 'typ of an assertion': { typ: 'trusted-app-cert+jwt' }, 'typ of a certificate': { typ: 'trusted-app-certificate+jws' },
      'typ with application/': { typ: 'application/trusted-app-grant+jwt' }, 'typ in capitals': { typ: 'TRUSTED-APP-GRANT+JWT' }, 'typ with one capital': { typ: 'trusted-app-grant+JWT' },
      'typ null': { typ: null }, 'typ a list': { typ: ['trusted-app-grant+jwt'] },
      'kid missing': { kid: undefined }, 'kid unknown': { kid: random(32).toString('base64url') }, 'kid empty': { kid: '' }, 'kid null': { kid: null }, 'kid a number': { kid: 1 },
      'kid a list': { kid: [key.kid] }, 'kid with a space': { kid: `${key.kid} ` }, 'kid padded': { kid: `${key.kid}=` }, 'kid with spare bits': { kid: spare(key.kid) },
      'kid of the provider': { kid: make.wrapping.kid }, 'kid a path': { kid: '../../../../dev/null' },
      'alg missing': { alg: undefined }, 'alg in small letters': { alg: 'ps256' }, 'alg null': { alg: null }, 'alg a list': { alg: ['PS256'] },
    };
    for (const [name, header] of Object.entries(additions))
      make.tryGrant(name, { header }, ['BAD_GRANT'], { why: 'Protected headers hold exactly the members shown, in any order, with exactly the values shown' });
    make.tryGrant('a key of its own, and signed with it', { key: keysOf(make.stranger, 'sig')[0], header: { jwk: { kty: 'RSA', n: keysOf(make.stranger, 'sig')[0].n, e: 'AQAB' } } });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) make.tryGrant(`JSON: ${name}`, { text: fault });
    make.tryGrant('JSON: typ twice, the first one wrong', { text: replace('"typ":', '"typ":"JWT","typ":') });
    make.tryGrant('JSON: typ twice, once escaped', { text: replace('"typ":', '"\\u0074yp":"JWT","typ":') });
  },

  'grant-claims'(make) {
    const { now } = make;
    for (const [name, fault] of Object.entries(JSON_FAULTS)) make.tryGrant(`JSON: ${name}`, { payload: fault });
    for (const [name, json] of Object.entries(PAYLOAD_FAULTS)) make.tryGrant(`JSON: ${name}`, { payload: append(json) });
    make.tryGrant('JSON: invalid UTF-8', { payload: (text) => splice('@', Buffer.from([0xff]))(append('"x":"@"')(text)) });
    make.tryGrant('JSON: an overlong slash', { payload: (text) => splice('@', Buffer.from([0xc0, 0xaf]))(append('"x":"@"')(text)) });
    make.tryGrant('JSON: a surrogate in UTF-8', { payload: (text) => splice('@', Buffer.from([0xed, 0xa0, 0x80]))(append('"x":"@"')(text)) });
    make.tryGrant('JSON: cnf.jwe twice', { payload: replace('"jwe":', '"jwe":"a.b.c.d.e","jwe":') });
    make.tryGrant('JSON: cnf.jwe twice, once escaped', { payload: replace('"jwe":', '"\\u006awe":"a.b.c.d.e","jwe":') });
    make.tryGrant('JSON: aud twice, the second right', { payload: replace('"aud":', '"aud":"evil","aud":') });

    const times = { 'a string': (n) => `"${n}"`, 'a fraction': (n) => `${n}.0`, 'an exponent': (n) => `${n}e0`, 'a leading zero': (n) => `0${n}`, 'a plus sign': (n) => `+${n}`,
      'negative': (n) => `-${n}`, 'out of range': () => '253402300800', 'of 30 digits': () => '9'.repeat(30), 'null': () => 'null', 'milliseconds': (n) => `${n}000`, 'a list': (n) => `[${n}]` };
    for (const [name, change] of Object.entries(times)) {
      make.tryGrant(`iat: ${name}`, { payload: replace(`"iat":${now}`, `"iat":${change(now)}`) }, ['BAD_GRANT'],
        { why: name === 'milliseconds' ? 'above 253402300799' : 'numbers are plain integers' });
      make.tryGrant(`exp: ${name}`, { payload: replace(`"exp":${now + 600}`, `"exp":${change(now + 600)}`) });
    }
    for (const name of ['iat', 'exp', 'jti', 'cnf']) make.tryGrant(`${name} missing`, { claims: { [name]: undefined } });
    const good = newJti();
    for (const [name, jti] of Object.entries({
      'of 21 characters': good.slice(1), 'of 23 characters': `A${good}`, 'with spare bits': spare(good), padded: `${good}==`, 'of 24 characters': random(18).toString('base64url'),
      'in the standard alphabet': `+/${good.slice(2)}`, 'with a space': `${good.slice(0, 21)} `, empty: '', 'a number': 1, null: null, 'with a line feed': `${good}\n`,
    })) make.tryGrant(`jti ${name}`, { claims: { jti } }, ['BAD_GRANT'], { why: 'jti is exactly 22 characters (16 bytes); base64url: canonical' });
    for (const [name, cnf] of Object.entries({ null: null, 'a string': 'x', empty: {}, 'with jwe null': { jwe: null }, 'with jwe a list': { jwe: [make.jwe({ sessionKey: random(32) })] }, 'with jwk only': { jwk: { kty: 'oct', k: random(32).toString('base64url') } }, 'a list': [] }))
      make.tryGrant(`cnf ${name}`, { claims: { cnf } });
    make.tryGrant('the session key in the clear', { sessionKey: make.shared.key, claims: { cnf: { jwk: { kty: 'oct', k: make.shared.key.toString('base64url') } } } });
  },

  'grant-encoding'(make) {
    const names = ['header', 'payload', 'signature'];
    names.forEach((name, index) => {
      for (const [fault, change] of Object.entries(BASE64_FAULTS)) make.tryGrant(`${name}: ${fault}`, { token: part(index, change) });
      if (index < 2) {
        // the text as signed, so that only the encoding is wrong: the signer signs what is sent
        const faulty = (change) => {
          for (let pad = 0; pad < 8; pad++) {
            const grant = make.grant({ payload: append(`"x":"${'?'.repeat(pad)}>>>"`) });
            const parts = grant.header.split('.');
            const changed = change(parts[index]);
            if (changed === null) { if (index === 0) return null; continue; }
            parts[index] = changed;
            const input = `${parts[0]}.${parts[1]}`;
            return { ...grant, header: `${input}.${raw.sign.PS256(keysOf(make.application, 'sig')[0])(Buffer.from(input)).toString('base64url')}` };
          }
          return null;
        };
        for (const [fault, change] of Object.entries({ 'spare bits, signed so': spareOf, 'standard alphabet, signed so': standardOf, 'padding, signed so': BASE64_FAULTS.padding })) {
          const grant = faulty(change);
          if (grant) make.add('3', `${name}: ${fault}`, make.step({ grant }), ['BAD_GRANT'], { why: 'base64url: canonical' });
        }
      }
    });
    make.add('3', 'signature: spare bits', make.step({ grant: ((grant) => ({ ...grant, header: spareAnywhere(grant.header) }))(make.grant()) }), ['BAD_GRANT']);
    make.tryGrant('signature: standard alphabet', { token: part(2, (t) => standardOf(t) ?? `+${t.slice(1)}`) });
    make.tryGrant('two parts', { token: (t) => t.split('.').slice(0, 2).join('.') });
    make.tryGrant('four parts', { token: (t) => `${t}.` });
    make.tryGrant('five parts', { token: (t) => `${t}.AAAA.AAAA` });
    make.tryGrant('a leading dot', { token: (t) => `.${t}` });
    make.tryGrant('no dots', { token: (t) => t.replaceAll('.', '') });
    make.tryGrant('Bearer before it', { token: (t) => `Bearer ${t}` });
    make.tryGrant('quoted', { token: (t) => `"${t}"` });
    make.tryGrant('JSON serialization', { token: (t) => ((p) => JSON.stringify({ payload: p[1], protected: p[0], signature: p[2] }))(t.split('.')) });
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
      zip: { zip: 'DEF' }, 'crit, empty': { crit: [] }, crit: { crit: ['exp'], exp: 1 }, jku: { jku: 'https://evil.example/' }, jwk: { jwk: { kty: 'RSA', n: wrapping.n, e: 'AQAB' } },
      x5u: { x5u: 'https://evil.example/' }, x5c: { x5c: ['MIIB'] }, apu: { apu: 'AAAA' }, p2c: { p2c: 1 }, 'an unknown member': { x: 1 }, typ: { typ: 'JWT' }, aud: { aud: provider.id },
      'cty missing': { cty: undefined }, 'cty JWT': { cty: 'JWT' }, 'cty json': { cty: 'json' }, 'cty with application/': { cty: 'application/jwk+json' }, 'cty in capitals': { cty: 'JWK+JSON' },
      'kid missing': { kid: undefined }, 'kid unknown': { kid: random(32).toString('base64url') }, 'kid empty': { kid: '' }, 'kid null': { kid: null }, 'kid of the provider\'s signing key': { kid: signing.kid },
      'kid of the sender': { kid: keysOf(application, 'enc')[0].kid }, 'iss of another': { iss: make.other.id }, 'iss null': { iss: null }, 'iss a list': { iss: [application.id] },
      'enc missing': { enc: undefined }, 'alg missing': { alg: undefined }, 'alg in small letters': { alg: 'rsa-oaep-256' }, 'enc in small letters': { enc: 'a256gcm' },
    };
    for (const [name, header] of Object.entries(additions)) bad(`header: ${name}`, { header }, { why: 'the JWE\'s header is as above with the same iss and one of the provider\'s kids' });
    bad('wrapped to the provider\'s signing key', { wrapping: signing, header: { kid: signing.kid } }, { why: 'No modulus serves two purposes' });
    bad('wrapped to the provider\'s signing key, with the right kid', { wrapping: signing });
    const packed = zlib.deflateRawSync(JSON.stringify({ kty: 'oct', k: random(32).toString('base64url') }));
    bad('compressed', { header: { zip: 'DEF' }, plaintext: packed });
    bad('compressed, and nothing said', { plaintext: packed });
    const second = provider.keys.filter(({ use }) => use === 'enc')[1];
    if (second) make.tryGrant('wrapped to the second key', { jwe: { wrapping: second, header: { kid: second.kid } } }, OK, { why: "one of the provider's kids" });
    if (second) bad('wrapped to the second key, with the kid of the first', { wrapping: second });
    bad('wrapped to a stranger', { wrapping: keysOf(stranger, 'enc')[0] });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) bad(`header, JSON: ${name}`, { text: fault });
    bad('header, JSON: iss twice, once escaped', { text: replace('"iss":', '"\\u0069ss":"x","iss":') });

    const key = (length) => random(length).toString('base64url');
    const good = key(32);
    for (const [name, plaintext] of Object.entries({
      'not JSON': 'key', empty: '', 'the bare octets': random(32), 'a key of 16 octets': { kty: 'oct', k: key(16) }, 'a key of 31 octets': { kty: 'oct', k: key(31) }, 'a key of 33 octets': { kty: 'oct', k: key(33) },
      'a key of 64 octets': { kty: 'oct', k: key(64) }, 'an empty key': { kty: 'oct', k: '' }, 'no k': { kty: 'oct' }, 'no kty': { k: good }, 'kty RSA': { kty: 'RSA', k: good }, 'kty OCT': { kty: 'OCT', k: good },
      'alg added': { kty: 'oct', k: good, alg: 'A256GCM' }, 'kid added': { kty: 'oct', k: good, kid: 'x' }, 'use added': { kty: 'oct', k: good, use: 'enc' }, 'an unknown member': { kty: 'oct', k: good, x: 1 },
      'a key set': { keys: [{ kty: 'oct', k: good }] }, 'a list': [{ kty: 'oct', k: good }], 'k a list': { kty: 'oct', k: [good] }, 'k null': { kty: 'oct', k: null },
      'k with spare bits': { kty: 'oct', k: spare(good) }, 'k padded': { kty: 'oct', k: `${good}=` }, 'k in the standard alphabet': { kty: 'oct', k: `+/${good.slice(2)}` }, 'k with a space': { kty: 'oct', k: ` ${good}` },
      'k twice': `{"kty":"oct","k":"${good}","k":"${good}"}`, 'k twice, once escaped': `{"kty":"oct","k":"${good}","\\u006b":"${good}"}`, 'white space': `{"kty":"oct", "k":"${good}"}`, 'a trailing line feed': `{"kty":"oct","k":"${good}"}\n`,
      'a BOM': `\ufeff{"kty":"oct","k":"${good}"}`, 'trailing data': `{"kty":"oct","k":"${good}"}{}`,
      'an RSA private key': (({ kty, n, e, d }) => ({ kty, n, e, d }))(keysOf(stranger, 'enc')[0]),
    })) {
      const text = Buffer.isBuffer(plaintext) || typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext);
      bad(`plaintext: ${name}`, { plaintext: text }, { why: 'it opens, to exactly one 256-bit oct key' }, { sessionKey: Buffer.from(good, 'base64url') });
    }

    ['encrypted key', 'IV', 'ciphertext', 'tag'].forEach((name, index) => {
      bad(`one bit of the ${name}`, { token: part(index + 1, (t) => flip(t)) });
      for (const [fault, change] of Object.entries(BASE64_FAULTS)) bad(`${name}: ${fault}`, { token: part(index + 1, change) });
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
    bad('an encrypted key an octet short', { token: part(1, (t) => Buffer.from(t, 'base64url').subarray(1).toString('base64url')) });
    bad('an encrypted key with a zero octet before it', { token: part(1, (t) => Buffer.concat([Buffer.alloc(1), Buffer.from(t, 'base64url')]).toString('base64url')) });
    bad('an encrypted key of zeros', { token: part(1, (t) => Buffer.alloc(Buffer.from(t, 'base64url').length).toString('base64url')) });
    bad('an encrypted key as large as the modulus', { token: part(1, () => wrapping.n) });
    bad('four parts', { token: (t) => t.split('.').slice(0, 4).join('.') });
    bad('six parts', { token: (t) => `${t}.` });
    bad('a signature in its place', { token: () => make.shared.header });
    bad('an assertion in its place', { token: () => make.cert() });
  },

  'assertion-header'(make) {
    const bad = (name, options, more = {}) => make.tryCert(name, options, ['BAD_MAGIC'], { why: 'BAD_MAGIC: the assertion does not open, or its header, IV or tag is malformed', ...more });
    const kek = make.shared.key;
    const cek = random(32);
    const additions = {
      zip: { zip: 'DEF' }, 'crit, empty': { crit: [] }, crit: { crit: ['exp'], exp: 1 }, cty: { cty: 'JWT' }, iss: { iss: make.application.id }, jku: { jku: 'https://evil.example/' }, jwk: { jwk: { kty: 'oct', k: 'AAAA' } },
      x5u: { x5u: 'https://evil.example/' }, x5c: { x5c: ['MIIB'] }, epk: { epk: {} }, p2c: { p2c: 1 }, 'an unknown member': { x: 1 },
      'typ missing': { typ: undefined }, 'typ JWT': { typ: 'JWT' }, 'typ of a grant': { typ: 'trusted-app-grant+jwt' }, 'typ with application/': { typ: 'application/trusted-app-cert+jwt' },
      'typ in capitals': { typ: 'TRUSTED-APP-CERT+JWT' }, 'typ null': { typ: null },
      'kid missing': { kid: undefined }, 'kid unknown': { kid: newJti() }, 'kid empty': { kid: '' }, 'kid null': { kid: null }, 'kid a list': { kid: [make.shared.jti] }, 'kid with spare bits': { kid: spare(make.shared.jti) },
      'alg missing': { alg: undefined }, 'alg none': { alg: 'none' }, 'alg in capitals': { alg: 'DIR' }, 'alg A256KW': { alg: 'A256KW' }, 'alg A256GCMKW': { alg: 'A256GCMKW' }, 'alg RSA-OAEP-256': { alg: 'RSA-OAEP-256' }, 'enc missing': { enc: undefined },
      'enc A128GCM': { enc: 'A128GCM' }, 'enc A256CBC-HS512': { enc: 'A256CBC-HS512' }, 'enc in small letters': { enc: 'a256gcm' }, 'enc null': { enc: null },
    };
    for (const [name, header] of Object.entries(additions)) bad(name, { header });
    bad('compressed', { header: { zip: 'DEF' }, payload: (text) => zlib.deflateRawSync(text) });
    bad('A256KW, wrapped', { header: { alg: 'A256KW' }, key: cek, encryptedKey: raw.keyWrap(kek, cek) });
    bad('A256KW, wrapped, called dir', { key: cek, encryptedKey: raw.keyWrap(kek, cek) });
    bad('RSA-OAEP-256, wrapped to the provider', { header: { alg: 'RSA-OAEP-256' }, key: cek, encryptedKey: raw.wrap['RSA-OAEP-256'](make.wrapping, cek) });
    bad('A128GCM with half of the key', { header: { enc: 'A128GCM' }, key: kek.subarray(0, 16) });
    bad('A128CBC-HS256 with the session key', { header: { enc: 'A128CBC-HS256' }, make: raw.jweCbc });
    bad('A128CBC-HS256, called A256GCM', { make: raw.jweCbc });
    bad('a signed token in its place', { token: () => make.shared.header });
    bad('signed with HS256 and the session key', { token: () => raw.jws({ header: { alg: 'HS256', kid: make.shared.jti, typ: 'trusted-app-cert+jwt' }, payload: { sub: 'fred', iat: make.now, htm: make.method, uri: make.uri }, signer: raw.sign.HS256(kek) }) });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) bad(`JSON: ${name}`, { text: fault });
    bad('JSON: kid twice, once escaped', { text: replace('"kid":', '"\\u006bid":"x","kid":') });
    bad('JSON: enc twice, the first one wrong', { text: replace('"enc":', '"enc":"A128GCM","enc":') });
  },

  'assertion-encoding'(make) {
    const bad = (name, options, more = {}) => make.tryCert(name, options, ['BAD_MAGIC'], { why: 'BAD_MAGIC: the assertion does not open, or its header, IV or tag is malformed', ...more });
    for (const length of [8, 11, 13, 16]) bad(`an IV of ${length} octets`, { iv: random(length) });
    for (const tagLength of [4, 8, 12, 13, 14, 15]) bad(`a tag of ${tagLength} octets`, { tagLength });
    bad('a tag of 17 octets', { token: part(4, (t) => Buffer.concat([Buffer.from(t, 'base64url'), Buffer.alloc(1)]).toString('base64url')) });
    bad('a tag cut to 12 octets', { token: part(4, (t) => Buffer.from(t, 'base64url').subarray(0, 12).toString('base64url')) });
    bad('a tag of zeros', { token: part(4, () => 'A'.repeat(22)) });
    bad('an encrypted key', { encryptedKey: random(32) });
    bad('an encrypted key of one octet', { encryptedKey: random(1) });
    ['IV', 'ciphertext', 'tag'].forEach((name, at) => {
      bad(`one bit of the ${name}`, { token: part(at + 2, (t) => flip(t)) });
      for (const [fault, change] of Object.entries(BASE64_FAULTS)) bad(`${name}: ${fault}`, { token: part(at + 2, change) });
    });
    for (const [fault, change] of Object.entries(BASE64_FAULTS)) bad(`header: ${fault}`, { token: part(0, change) });
    bad('header: members in another order than encrypted', { token: part(0, (t) => raw.b64(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(Buffer.from(t, 'base64url'))).reverse())))) });
    bad('tag: spare bits', { token: part(4, spare) }, { why: 'base64url: canonical' });
    for (const [name, pad] of [['one', 0], ['two', 1], ['three', 2]]) {
      const cert = make.cert({ claims: { x: 'x'.repeat(pad) } });
      const changed = spareOf(cert.split('.')[3]);
      if (changed) make.add('4', `ciphertext: spare bits, length ${name}`, make.step({ cert: part(3, () => changed)(cert) }), ['BAD_MAGIC'], { why: 'base64url: canonical' });
    }
    // The header is authenticated as its text: an encryptor that writes it wrongly gets a tag that is right.
    const heading = (change) => {
      const aad = change(raw.b64({ alg: 'dir', enc: 'A256GCM', kid: make.shared.jti, typ: 'trusted-app-cert+jwt' }));
      if (aad === null) return null;
      const iv = random(12);
      const cipher = crypto.createCipheriv('aes-256-gcm', make.shared.key, iv);
      cipher.setAAD(Buffer.from(aad));
      const text = Buffer.concat([cipher.update(JSON.stringify({ sub: 'fred', iat: make.now, htm: make.method, uri: make.uri })), cipher.final()]);
      return [aad, '', raw.b64(iv), raw.b64(text), raw.b64(cipher.getAuthTag())].join('.');
    };
    for (const [name, change] of Object.entries({ padding: BASE64_FAULTS.padding, 'spare bits': spareOf, 'a space': BASE64_FAULTS['white space'] })) {
      const cert = heading(change);
      if (cert) make.add('4', `header: ${name}, encrypted so`, make.step({ cert }), ['BAD_MAGIC'], { why: 'base64url: canonical' });
    }
    const standard = (() => {
      for (let tries = 0; tries < 200; tries++) {
        const cert = make.cert();
        const changed = standardOf(cert.split('.')[2]);
        if (changed) return part(2, () => changed)(cert);
      }
      return null;
    })();
    if (standard) make.add('4', 'IV: standard alphabet', make.step({ cert: standard }), ['BAD_MAGIC'], { why: 'base64url: canonical' });
    bad('ciphertext: standard alphabet', { claims: { x: 'x'.repeat(300) }, token: part(3, (t) => standardOf(t) ?? `+${t.slice(1)}`) });
    bad('four parts', { token: (t) => t.split('.').slice(0, 4).join('.') });
    bad('six parts', { token: (t) => `${t}.` });
    bad('without the empty part', { token: (t) => t.replace('..', '.') });
    bad('a leading dot', { token: (t) => `.${t}` });
    bad('a word', { token: () => 'cert' });
    bad('dots', { token: () => '....' });
    bad('two with a comma', { token: (t) => `${t},${t}` });
    bad('JSON serialization', { token: (t) => ((p) => JSON.stringify({ protected: p[0], iv: p[2], ciphertext: p[3], tag: p[4] }))(t.split('.')) });
  },

  claims(make) {
    const { now, method } = make;
    const bad = (name, options, more = {}) => make.tryCert(name, options, ['SYSTEM'], { why: 'SYSTEM: malformed claims', ...more });
    for (const [name, fault] of Object.entries(JSON_FAULTS)) bad(`JSON: ${name}`, { payload: fault });
    for (const [name, json] of Object.entries(PAYLOAD_FAULTS)) bad(`JSON: ${name}`, { payload: append(json) });
    bad('JSON: not JSON', { payload: () => `${now}\nfred\n-1159983122` });
    for (const [name, bytes] of Object.entries({ 'ff': [0xff], 'an overlong slash': [0xc0, 0xaf], 'a surrogate': [0xed, 0xa0, 0x80], 'above U+10FFFF': [0xf4, 0x90, 0x80, 0x80], 'a character cut short': [0xe2, 0x82], 'Latin-1': [0xe9] })) {
      bad(`sub in invalid UTF-8: ${name}`, { claims: { sub: 'fr@d' }, payload: splice('@', Buffer.from(bytes)) });
    }
    bad('JSON: sub twice, once escaped', { payload: replace('"sub":', '"\\u0073ub":"admin","sub":') });
    bad('JSON: sub twice, the second escaped', { payload: append('"\\u0073\\u0075\\u0062":"admin"') });
    bad('JSON: htm twice', { payload: append(`"htm":"${method}"`) });

    for (const [name, sub] of Object.entries({
      empty: '', 'of 256 scalars': 'a'.repeat(256), 'of 256 astral scalars': '\u{1d4d0}'.repeat(256), 'with a leading space': ' fred', 'with a trailing space': 'fred ', 'a space': ' ',
      'with LF': 'fred\nadmin', 'with CR': 'fred\radmin', 'with NUL': 'fred\0', 'with TAB': 'fr\ted', 'with DEL': 'fred\u007f', 'with U+0085': 'fred\u0085', 'with U+009F': 'fred\u009f', 'with U+2028': 'fred\u2028admin', 'with U+2029': 'fred\u2029',
      null: null, 'a number': 1, true: true, 'a list': ['fred'], 'an object': { name: 'fred' },
    })) bad(`sub ${name}`, { claims: { sub } }, { why: 'sub: a string of 1 to 255 Unicode scalar values, no control, line or paragraph separator characters ...' });
    bad('sub with a lone surrogate', { payload: replace('"fred"', '"fred\\ud83d"') }, { why: 'sub: no lone surrogates' });
    bad('sub with a lone low surrogate', { payload: replace('"fred"', '"\\ude00fred"') }, { why: 'sub: no lone surrogates' });
    bad('sub with surrogates the wrong way round', { payload: replace('"fred"', '"\\ude00\\ud83d"') }, { why: 'sub: no lone surrogates' });
    bad('sub with an escaped LF', { payload: replace('"fred"', '"fred\\u000aadmin"') });

    const iat = `"iat":${now}`;
    for (const [name, text] of Object.entries({ 'a string': `"${now}"`, 'a fraction': `${now}.0`, 'a fraction of a second': `${now}.5`, 'an exponent': `${now}e0`, 'a leading zero': `0${now}`, 'a plus sign': `+${now}`, 'negative': `-${now}`, 'out of range': '253402300800', 'of 30 digits': '9'.repeat(30), 'wrapped at 2^64': `${BigInt(now) + (1n << 64n)}`, 'in milliseconds': `${now}000`, null: 'null', 'a list': `[${now}]`, 'hexadecimal': `0x${now.toString(16)}` }))
      bad(`iat ${name}`, { payload: replace(iat, `"iat":${text}`) });
    for (const name of ['iat', 'htm', 'uri']) {
      bad(`${name} missing`, { claims: { [name]: undefined } });
      if (name !== 'iat') bad(`${name} null`, { claims: { [name]: null } });
    }
    bad('htm a list', { claims: { htm: [method] } });
    bad('htm a number', { claims: { htm: 1 } });
    bad('uri a list', { claims: { uri: [make.uri] } });
    bad('uri a number', { claims: { uri: 1 } });
    make.tryCert('htm empty', { claims: { htm: '' } }, ['BAD_SIGNATURE', 'SYSTEM'], { why: 'htm: the method; malformed or not this request\'s' });
    make.tryCert('htm with a space', { claims: { htm: `${method} ` } }, ['BAD_SIGNATURE', 'SYSTEM'], { why: 'as before' });
    make.tryCert('uri with a line feed', { claims: { uri: `${make.uri}\n` } }, ['BAD_SIGNATURE', 'SYSTEM'], { why: 'printable ASCII; malformed or not this request\'s' });
    make.tryCert('SUB instead of sub', { payload: replace('"sub"', '"SUB"') }, ['PERMISSION_DENIED'], { needs: { allowSelf: false }, why: 'unknown members are ignored; sub is absent' });
    make.tryCert('HTM instead of htm', { payload: replace('"htm"', '"HTM"') }, ['SYSTEM']);
    make.tryCert('sub absent, allowed', { claims: { sub: undefined } }, { user: null }, { needs: { allowSelf: true } });
    make.tryCert('sub absent, not allowed', { claims: { sub: undefined } }, ['PERMISSION_DENIED'], { needs: { allowSelf: false }, why: 'PERMISSION_DENIED: sub absent where that is not allowed' });
    make.add('6', 'sub absent where not allowed, to another address', make.step({ target: `${make.path}/other`, cert: make.cert({ claims: { sub: undefined } }) }), ['BAD_SIGNATURE'], { why: 'section 6: method and URI before user lists' });
    make.add('6', 'malformed claims that are too old', make.step({ cert: make.cert({ claims: { sub: '', iat: 0 } }) }), ['SYSTEM'], { why: 'section 6: open the assertion before time' });
  },

  headers(make) {
    const H = HEADERS;
    const copy = (name) => (fields) => [...fields, fields.find(([n]) => n === name)];
    make.tryHeaders('names in small letters', (fields) => fields.map(([n, v]) => [n.toLowerCase(), v]), OK);
    make.tryHeaders('names in capitals, in another order', (fields) => fields.map(([n, v]) => [n.toUpperCase(), v]).reverse(), OK);
    make.tryHeaders('white space round the values', (fields) => fields.map(([n, v]) => [n, ` \t${v}\t `]), OK, { why: 'RFC 9110 section 5.5: it is no part of the value' });
    for (const [name, header] of Object.entries(H)) {
      make.tryHeaders(`${name} twice`, copy(header));
      make.tryHeaders(`${name} twice, the second blank`, also([header, '']));
      make.tryHeaders(`${name} twice, in another case`, also([header.toLowerCase(), 'x']));
    }
    make.tryHeaders('Key twice, the first of another grant', (fields) => [[H.key, make.grant().header], ...fields]);

    const openId = ['APP_ID_NOT_FOUND'];
    const blank = { why: 'legacy.md lists APP_ID_NOT_FOUND; version-4.md gives a missing ID no other code' };
    make.tryHeaders('ID missing', drop(H.id), openId, blank);
    make.tryHeaders('ID empty', set(H.id, ''), openId, blank);
    make.tryHeaders('ID of spaces', set(H.id, ' \t '), openId, blank);
    const openKey = ['BAD_GRANT', 'SECRET_KEY_NOT_FOUND'];
    const missing = { why: 'BAD_GRANT: anything about Key; legacy.md has SECRET_KEY_NOT_FOUND' };
    make.tryHeaders('Key missing', drop(H.key), openKey, missing);
    make.tryHeaders('Key empty', set(H.key, ''), openKey, missing);
    make.tryHeaders('Key of spaces', set(H.key, ' \t '), openKey, missing);
    const none = { why: 'legacy.md section 2: Cert absent or blank: none of ours; version-4.md defines blank and does not say otherwise' };
    make.tryHeaders('Cert missing', drop(H.cert), 'none', none);
    make.tryHeaders('Cert empty', set(H.cert, ''), 'none', none);
    make.tryHeaders('Cert of spaces and tabs', set(H.cert, ' \t '), 'none', none);
    make.tryHeaders('none at all', () => [], 'none', none);

    const fitGrant = (target) => fit(target, (text, pad) => make.grant({ text, payload: append(`"x":"${'x'.repeat(pad)}"`) }), (grant) => grant.header.length);
    const fitCert = (target) => fit(target, (text, pad) => make.cert({ text, payload: append(`"x":"${'x'.repeat(pad)}"`) }), (cert) => cert.length);
    make.add('1', 'Key of 4,096 characters', make.step({ grant: fitGrant(4096) }), OK);
    make.add('1', 'Key of 4,097 characters', make.step({ grant: fitGrant(4097) }), ['SYSTEM'], { why: 'SYSTEM: sizes; section 6: header shape first' });
    make.add('1', 'Cert of 8,000 characters', make.step({ cert: fitCert(8000) }), OK);
    make.add('1', 'Cert of 8,001 characters', make.step({ cert: fitCert(8001) }), ['SYSTEM'], { why: 'SYSTEM: sizes; section 6: header shape first' });
    make.tryHeaders('Key of 4,097 letters', set(H.key, 'A'.repeat(4097)));
    make.tryHeaders('Cert of 8,001 letters', set(H.cert, 'A'.repeat(8001)));
    make.add('6', 'a stranger with a Key of 4,097 letters', make.step({ id: make.stranger.id, headers: set(H.key, 'A'.repeat(4097)) }), ['SYSTEM'], { why: 'section 6: header shape before the application' });

    for (const [name, value] of Object.entries({ 'X-Seraph-Trusted-App-Magic': 'AAAA', 'X-Seraph-Trusted-App-Signature': 'AAAA' })) {
      make.tryHeaders(`${name} beside`, also([name, value]), ['SYSTEM'], { why: 'together with a Magic or Signature header: refused' });
      make.tryHeaders(`an empty ${name} beside`, also([name, '']), ['SYSTEM'], { why: 'together with a Magic or Signature header: refused' });
    }
    for (const name of ['X-Trusted-App-ProviderID', 'X-Trusted-App-Cert', 'X-Trusted-App-Signature'])
      make.tryHeaders(`${name} beside`, also([name, 'AAAA']), ['SYSTEM'], { why: 'or with headers of the Warwick dialect: refused' });
    make.tryHeaders('the whole Warwick dialect beside', also(['X-Trusted-App-ProviderID', make.application.id], ['X-Trusted-App-Cert', 'AAAA'], ['X-Trusted-App-Signature', 'AAAA']));
    for (const name of ['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override', 'X-Original-URL', 'X-Rewrite-URL']) {
      const value = name.endsWith('URL') ? '/admin' : 'DELETE';
      make.tryHeaders(`${name} beside`, also([name, value]), ['SYSTEM'], { why: 'X-HTTP-Method ... make a request refused' });
      make.tryHeaders(`${name} that changes nothing`, also([name.toLowerCase(), name.endsWith('URL') ? make.uri : make.method]), ['SYSTEM'], { why: 'make a request refused, whatever they say' });
    }
    make.tryHeaders('X-Forwarded-Host and others beside', also(['X-Forwarded-Host', 'evil.example'], ['X-Forwarded-Proto', 'https'], ['Forwarded', 'host=evil.example']), OK, { why: 'section 3: base is configured, and nothing of the request is consulted' });
  },

  versions(make) {
    const set4 = (value) => set(HEADERS.version, value);
    const bad = (name, value, codes = ['BAD_PROTOCOL_VERSION'], more = {}) => make.add('8', name, make.step({ headers: set4(value) }), codes, more);
    for (const value of ['3', '5', '0', '04', '4.0', '+4', '-4', 'v4', '4, 4', '4;', '40', '0x4', '4e0', '٤', 'warwick', 'four'])
      if (/^[\x20-\x7e]*$/.test(value)) bad(`version ${value}`, value, undefined, { why: 'A request is judged under the version in its header and no other' });
    for (const value of ['1', '2']) bad(`version ${value}`, value, ['BAD_PROTOCOL_VERSION', 'MAGIC_NUMBER_NOT_FOUND'], { why: 'legacy.md section 2 looks for Magic before the version is judged; section 6 here does not' });
    bad('version empty', '');
    bad('version of spaces', '  ');
    make.add('8', 'version missing', make.step({ headers: drop(HEADERS.version) }), ['BAD_PROTOCOL_VERSION'], { why: 'absent is version 0, which is never accepted' });
    make.add('8', 'version with a space before it', make.step({ headers: set4(' 4') }), OK, { why: 'RFC 9110 section 5.5: white space round a field value is no part of it; HTTP cannot carry " 4"' });
    make.add('6', 'version 5 of a stranger', make.step({ id: make.stranger.id, headers: set4('5') }), ['APP_UNKNOWN', 'BAD_PROTOCOL_VERSION'], { why: 'section 6: version shape, then app known, then the version allowed for it' });
    make.add('8', 'version 3 for a stranger', make.step({ id: make.stranger.id, headers: set4('3') }), ['APP_UNKNOWN'], { why: 'section 6: app known and version allowed for it' });
  },

  order(make) {
    const H = HEADERS;
    const { now } = make;
    const after = (name, steps, codes, more = {}) => make.add('6', name, steps, codes, { why: 'section 6: the first failure decides the code', ...more });
    const broken = () => make.grant({ token: part(2, (t) => flip(t)) });
    const rubbish = 'AAAA.AAAA';
    after('mixed headers of a stranger', make.step({ id: make.stranger.id, headers: also(['X-Trusted-App-Cert', 'x']) }), ['SYSTEM']);
    after('a method override with a broken grant', make.step({ grant: broken(), extra: [['X-HTTP-Method-Override', 'PUT']] }), ['SYSTEM']);
    after('a stranger with a broken grant', make.step({ id: make.stranger.id, grant: broken() }), ['APP_UNKNOWN']);
    after('another version with a broken grant', make.step({ grant: broken(), headers: set(H.version, '3') }), ['BAD_PROTOCOL_VERSION']);
    after('a broken grant and a broken assertion', make.step({ grant: broken(), cert: rubbish }), ['BAD_GRANT']);
    after('an expired grant and a broken assertion', make.step({ grant: make.grant({ claims: { iat: now - 631, exp: now - 31 } }), cert: rubbish }), ['OLD_CERT']);
    after('a grant for another and a broken assertion', make.step({ grant: make.grant({ claims: { aud: 'other' } }), cert: rubbish }), ['BAD_AUDIENCE']);
    after('a broken assertion to another address', make.step({ cert: rubbish, target: `${make.path}/other` }), ['BAD_MAGIC']);
    after('too old and another method', make.step({ cert: make.cert({ claims: { iat: now - 91 } }), method: 'DELETE' }), ['OLD_CERT']);
    after('too early and another address', make.step({ cert: make.cert({ claims: { iat: now + 120 } }), target: `${make.path}/other` }), ['FUTURE_CERT']);
    after('another method and other content', make.step({ cert: make.cert({ claims: { htm: 'POST', dig: digestOf(BODY) } }), method: 'PUT', content: Buffer.from('x') }), ['BAD_SIGNATURE']);
    after('another Content-Type and other content', make.step({ cert: make.cert({ claims: { htm: 'POST', dig: digestOf(BODY), cty: JSON_TYPE } }), method: 'POST', content: Buffer.from('x'), contentType: 'text/plain' }), ['BAD_SIGNATURE']);
    after('as itself and other content', make.step({ cert: make.cert({ claims: { sub: undefined, htm: 'POST', dig: digestOf(BODY) } }), method: 'POST', content: Buffer.from('x') }), ['PERMISSION_DENIED'], { needs: { allowSelf: false } });
    const again = (name, first, second, codes, more) => {
      const iv = random(12);
      after(name, [make.step({ ...first, cert: make.cert({ iv, claims: first.claims }) }), make.step({ ...second, cert: make.cert({ iv, claims: second.claims }) })], codes, more);
    };
    again('seen before and as itself', {}, { claims: { sub: undefined } }, ['PERMISSION_DENIED'], { needs: { allowSelf: false } });
    again('seen before and malformed', {}, { claims: { sub: '' } }, ['SYSTEM']);
    const post = { method: 'POST', content: BODY, claims: { htm: 'POST', dig: digestOf(BODY) } };
    again('seen before and other content', post, { ...post, content: Buffer.from('x') }, ['REPLAYED']);
    again('seen before and content above the limit', post, { ...post, content: Buffer.alloc(MIB + 1) }, ['REPLAYED'], { why: 'section 6: replay before content' });
    again('seen before and unbound content', post, { ...post, claims: { htm: 'POST', dig: 'none' } }, ['REPLAYED']);
  },

  conforming(make) {
    const reversed = (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()));
    const escaped = (text) => text.replace(/"([a-z])/g, (_, c) => `"\\u00${c.charCodeAt(0).toString(16)}`);
    make.tryGrant('grant: header in another order', { text: reversed }, OK);
    make.tryGrant('grant: claims in another order', { payload: reversed }, OK);
    make.tryGrant('grant: escaped characters in the header', { text: escaped }, OK, { why: 'member names compared after unescaping' });
    make.tryGrant('grant: escaped characters in the claims', { payload: escaped }, OK, { why: 'member names compared after unescaping' });
    make.tryGrant('grant: escaped slashes in base', { payload: (text) => text.replaceAll('/', '\\/') }, OK);
    make.tryGrant('grant: unknown claims', { claims: { nbf: 1, scope: 'x', x: null, y: true, z: [1, { a: 'b' }] } }, OK, { why: 'Payloads may hold unknown members, which are ignored' });
    make.tryGrant('grant: unknown claims to depth 4', { payload: append(`"x":${nested(3)}`) }, OK, { why: 'depth at most 4' });
    make.tryGrant('grant: an unknown claim of the largest number', { payload: append('"x":253402300799,"y":0') }, OK);
    make.tryGrant('grant: a life of one second', { claims: { exp: make.now + 1 } }, OK, { why: 'exp + skew >= now' });
    make.tryGrant('grant: wrapped key, header in another order', { jwe: { text: reversed } }, OK);
    make.tryGrant('grant: wrapped key, escaped characters in the header', { jwe: { text: escaped } }, OK);
    const sessionKey = random(32);
    make.tryGrant('grant: session key, members in another order', { sessionKey, jwe: { plaintext: `{"k":"${sessionKey.toString('base64url')}","kty":"oct"}` } }, OK);
    make.tryGrant('grant: session key, escaped characters', { sessionKey, jwe: { plaintext: `{"\\u006bty":"o\\u0063t","\\u006b":"${sessionKey.toString('base64url')}"}` } }, OK);

    make.tryCert('assertion: header in another order', { text: reversed }, OK);
    make.tryCert('assertion: escaped characters in the header', { text: escaped }, OK);
    make.tryCert('assertion: claims in another order', { payload: reversed }, OK);
    make.tryCert('assertion: escaped characters in the claims', { payload: escaped }, OK);
    make.tryCert('assertion: an escaped user', { payload: replace('"fred"', '"\\u0066\\u0072\\u0065\\u0064"') }, OK);
    make.tryCert('assertion: escaped slashes in uri', { payload: (text) => text.replaceAll('/', '\\/') }, OK);
    make.tryCert('assertion: unknown claims', { claims: { jti: 'x', exp: 1, aud: ['x'], x: null, y: false, z: { a: [1, 2] } } }, OK, { why: 'Payloads may hold unknown members, which are ignored' });
    make.tryCert('assertion: unknown claims to depth 4', { payload: append(`"x":${nested(3)}`) }, OK, { why: 'depth at most 4' });
    make.tryCert('assertion: white space in strings', { claims: { x: ' a b ' } }, OK, { why: 'no white space outside strings' });
    make.tryCert('assertion: an escaped control character in an unknown claim', { payload: append('"x":"a\\u0000\\n"') }, OK);
    make.tryCert('assertion: an unknown claim named like Sub', { claims: { Sub: 'admin' } }, OK, { why: 'no case folding' });
    make.tryCert('assertion: __proto__ as a claim', { payload: append('"__proto__":{"sub":"admin"}') }, OK);

    for (const [name, user] of Object.entries({
      'Cyrillic': 'жанна', 'Japanese': '山田太郎', 'an astral character': '\u{1f600}fred', '255 letters': 'a'.repeat(255), '255 astral characters': '\u{1d4d0}'.repeat(255),
      'a space within': 'fred flintstone', 'one letter': 'x', 'composed': 'Zo\u00eb', 'decomposed': 'Zoe\u0308', 'a quotation mark and a backslash': 'a"b\\c', 'an at sign': 'fred@example.com', 'markup': '<b>&amp;</b>', 'the word null': 'null', 'digits': '007',
    })) make.tryCert(`user: ${name}`, { claims: { sub: user } }, { user });
    make.tryCert('user: escaped as surrogates', { payload: replace('"fred"', '"\\ud83d\\ude00"') }, { user: '\u{1f600}' });
  },
};

const spareBase64 = (character) => {
  const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return standard[standard.indexOf(character) | 1];
};

/** Sets a spare bit of the last part that has one. */
function spareAnywhere(token) {
  const parts = token.split('.');
  for (let at = parts.length - 1; at >= 0; at--)
    if (parts[at].length % 4 !== 0) return [...parts.slice(0, at), spare(parts[at]), ...parts.slice(at + 1)].join('.');
  return `${token}=`;
}

/** Pads an unknown claim until the whole is exactly so long; base64url skips some lengths, an escape in the header shifts them. */
function fit(target, build, lengthOf) {
  for (const text of [(t) => t, (t) => t.replace('"alg"', '"\\u0061lg"')]) {
    let pad = Math.max(0, Math.floor((target - lengthOf(build(text, 0))) * 3 / 4) - 3);
    for (const end = pad + 8; pad < end; pad++) {
      const built = build(text, pad);
      if (lengthOf(built) === target) return built;
    }
  }
  throw new Error(`no length of ${target}`);
}

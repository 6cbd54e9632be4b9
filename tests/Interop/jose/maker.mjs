// The building blocks of the variants: grants, assertions and requests with one thing odd about them.
import crypto from 'node:crypto';
import { readCertificate } from './certificate.mjs';
import { deriveKeys, newGrant } from './grant.mjs';
import { keysOf } from './keys.mjs';
import { HEADERS, MAX_HEADER, digestOf, statusOf } from './wire.mjs';
import * as raw from './raw.mjs';

export const MIB = 1 << 20;
export const BODY = Buffer.from('{"title":"A first issue"}');
export const JSON_TYPE = 'application/json';
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export const without = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
export const random = (length) => crypto.randomBytes(length);
export const newJti = () => random(16).toString('base64url');

/** The same 22 characters with a spare bit set: decoders that do not look read the same bytes. */
export const spare = (text) => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)) | 1];
export const flip = (text, at = 0) => {
  const bytes = Buffer.from(text, 'base64url');
  bytes[at] ^= 1;
  return bytes.toString('base64url');
};
/** Changes one part of a compact serialization. */
export const part = (index, change) => (token) =>
  token
    .split('.')
    .map((text, at) => (at === index ? change(text) : text))
    .join('.');

export class Maker {
  static async create({ application, other, stranger, provider, base, method = 'GET', uri, now }) {
    const make = new Maker();
    if (new Set([application.id, other.id, stranger.id]).size < 3)
      throw new Error('application, other and stranger: three ids');
    const pinned = await readCertificate(provider, now);
    if (pinned.problems.length) throw new Error(`provider: ${pinned.problems.join('; ')}`);
    Object.assign(make, { application, other, stranger, provider: pinned, base, method, uri, now, list: [] });
    make.path = uri.split('?')[0];
    make.wrapping = pinned.keys.find(({ use }) => use === 'enc');
    const grant = await newGrant(application, pinned, base, { iat: now }); // by jose
    make.shared = { header: grant.header, jti: grant.jti, key: Buffer.from(grant.key, 'base64url'), by: application };
    return make;
  }

  /** jwe: {header, text, plaintext, key (content encryption), encryptedKey, wrapping, make, token} */
  jwe({
    by = this.application,
    sessionKey,
    header = {},
    text = (t) => t,
    plaintext,
    key = random(32),
    alg = 'RSA-OAEP-256',
    encryptedKey,
    wrapping = this.wrapping,
    make = raw.jweGcm,
    token = (t) => t,
    ...rest
  }) {
    const members = without({
      alg: 'RSA-OAEP-256',
      enc: 'A256GCM',
      kid: this.wrapping.kid,
      iss: by.id,
      cty: 'jwk+json',
      ...header,
    });
    return token(
      make({
        header: text(JSON.stringify(members)),
        encryptedKey: encryptedKey ?? raw.wrap[alg](wrapping, key),
        key,
        plaintext: plaintext ?? JSON.stringify({ kty: 'oct', k: sessionKey.toString('base64url') }),
        ...rest,
      }),
    );
  }

  /** A grant made by hand; claims and header overwrite members (undefined removes), payload and text change the JSON text. */
  grant({
    by = this.application,
    claims = {},
    payload = (t) => t,
    header = {},
    text = (t) => t,
    sessionKey = random(32),
    jwe = {},
    signer,
    key = keysOf(by, 'sig')[0],
    token = (t) => t,
  } = {}) {
    const members = without({
      iss: by.id,
      aud: this.provider.id,
      base: this.base,
      iat: this.now,
      exp: this.now + 600,
      jti: newJti(),
      cnf: 'cnf' in claims ? undefined : { jwe: this.jwe({ by, sessionKey, ...jwe }) },
      ...claims,
    });
    const heading = without({ alg: 'PS256', kid: keysOf(by, 'sig')[0].kid, typ: 'trusted-app-grant+jwt', ...header });
    const made = raw.jws({
      header: text(JSON.stringify(heading)),
      payload: payload(JSON.stringify(members)),
      signer: signer ?? raw.sign.PS256(key),
    });
    return { header: token(made), jti: members.jti, key: sessionKey, by };
  }

  /** An assertion made by hand. */
  cert({
    grant = this.shared,
    claims = {},
    payload = (t) => t,
    header = {},
    text = (t) => t,
    key = requestKeyOf(grant),
    make = raw.jweGcm,
    token = (t) => t,
    ...rest
  } = {}) {
    const members = without({ sub: 'fred', iat: this.now, htm: this.method, uri: this.uri, ...claims });
    const heading = without({ alg: 'dir', enc: 'A256GCM', kid: grant.jti, typ: 'trusted-app-cert+jwt', ...header });
    return token(
      make({ header: text(JSON.stringify(heading)), key, plaintext: payload(JSON.stringify(members)), ...rest }),
    );
  }

  /** name: Key is left out; key: another value of Key. */
  step({
    grant = this.shared,
    cert,
    name = false,
    key = grant.header,
    id = grant.by.id,
    method = this.method,
    target = this.uri,
    content,
    contentType,
    extra = [],
    headers,
    ...rest
  }) {
    let fields = [
      [HEADERS.id, id],
      [HEADERS.version, '4'],
      ...(name ? [] : [[HEADERS.key, key]]),
      [HEADERS.cert, cert ?? this.cert({ grant })],
      ...extra,
    ];
    if (contentType !== undefined) fields.push(['Content-Type', contentType]);
    if (headers) fields = headers(fields);
    return { method, target, headers: fields, ...(content && { content: content.toString('base64') }), ...rest };
  }

  /** The last argument: codes (refused), or {user} (accepted); options: needs, why, serverMayRefuse. */
  add(section, name, steps, verdict, options = {}) {
    const codes = Array.isArray(verdict) ? verdict : [];
    const expect = verdict === 'none' ? 'none' : codes.length ? 'refused' : 'accepted';
    this.list.push({
      name: `${this.group}: ${name}`,
      group: this.group,
      section,
      expect,
      codes,
      status: expect === 'accepted' ? 200 : statusOf(codes[0]),
      ...(expect === 'accepted' && { user: 'user' in verdict ? verdict.user : 'fred' }),
      ...options,
      steps: [steps].flat(),
    });
  }

  /** A refused (or accepted) grant, with an assertion that is right. */
  tryGrant(name, options, verdict = ['BAD_GRANT'], more = {}) {
    const grant = this.grant(options);
    if (grant.header.length > MAX_HEADER) return;
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
    this.add(
      '4',
      name,
      this.step({
        cert: this.cert({ claims: signed }),
        method: 'POST',
        content: content ?? undefined,
        contentType: contentType ?? undefined,
        ...step,
      }),
      verdict,
      more,
    );
  }

  target(name, sent, signed, verdict = ['BAD_SIGNATURE'], more = {}) {
    this.add('4', name, this.step({ target: sent, cert: this.cert({ claims: { uri: signed } }) }), verdict, more);
  }
}

/** The key that encrypts assertions under a grant made by hand; its `key` is the session key. */
export const requestKeyOf = (grant) => deriveKeys(grant.key, grant.header).request;

export const OK = { user: 'fred' };
export const FIXED = { needs: { fixedClock: true } };
export const set = (name, value) => (fields) => fields.map(([n, v]) => (n === name ? [n, value] : [n, v]));
export const drop = (name) => (fields) => fields.filter(([n]) => n !== name);
export const also =
  (...more) =>
  (fields) => [...fields, ...more];
export const replace = (from, to) => (text) => {
  if (!text.includes(from)) throw new Error(`nothing to replace: ${from}`);
  return text.replace(from, () => to);
};
export const append = (json) => (text) => `${text.slice(0, -1)},${json}}`;
export const nested = (depth) => '{"x":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);
/** Replaces one ASCII marker by bytes. */
export const splice = (marker, bytes) => (text) => {
  const [before, after] = text.split(marker);
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
};

// The same faults of JSON for each place that is parsed; each changes a text whose first member is a string.
export const JSON_FAULTS = {
  'a member twice': (text) => `{${firstMember(text)},${text.slice(1)}`,
  'a member twice, once escaped': (text) =>
    `{${firstMember(text).replace(/^"(.)/, (_, c) => `"\\u00${c.charCodeAt(0).toString(16)}`)},${text.slice(1)}`,
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
  nothing: () => '',
  null: () => 'null',
  'UTF-16': (text) => Buffer.from(text, 'utf16le'),
};
export const firstMember = (text) => /^\{("[^"]*":"[^"]*"|"[^"]*":\d+)/.exec(text)[1];

// Faults that only a payload shows, in a member that a certificate may have: append these.
export const PAYLOAD_FAULTS = {
  'a negative number': '"x":-1',
  'minus zero': '"x":-0',
  'a plus sign': '"x":+1',
  'a fraction': '"x":1.0',
  'an exponent': '"x":1e3',
  'a leading zero': '"x":01',
  'a number out of range': '"x":253402300800',
  NaN: '"x":NaN',
  'depth 6': `"x":${nested(5)}`,
  'depth 6 in arrays': '"x":[[[[[]]]]]',
  'an unknown member twice': '"x":1,"x":1',
  'an unknown member twice, once escaped': '"x":1,"\\u0078":1',
  'a nested member twice': '"x":{"y":1,"y":1}',
  'a nested member twice, once escaped': '"x":{"y":1,"\\u0079":1}',
  'a control character in a string': '"x":"a\nb"',
  'a tab in a string': '"x":"a\tb"',
  'a bad escape': '"x":"\\q"',
};

// Faults of base64url in one part of a compact serialization.
export const BASE64_FAULTS = {
  padding: (text) => text + '='.repeat(text.length % 4 === 0 ? 4 : 4 - (text.length % 4)),
  'white space': (text) => `${text.slice(0, 4)} ${text.slice(4)}`,
  'a character outside the alphabet': (text) => `*${text.slice(1)}`,
  empty: () => '',
};
/** Spare bits, where this part has any: null otherwise. */
export const spareOf = (text) => (text.length % 4 === 0 ? null : spare(text));
/** The standard alphabet, where this part has a character that differs. */
export const standardOf = (text) => (/[-_]/.test(text) ? text.replaceAll('-', '+').replaceAll('_', '/') : null);

export const spareBase64 = (character) => {
  const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return standard[standard.indexOf(character) | 1];
};

/** Sets a spare bit of the last part that has one. */
export function spareAnywhere(token) {
  const parts = token.split('.');
  for (let at = parts.length - 1; at >= 0; at--)
    if (parts[at].length % 4 !== 0) return [...parts.slice(0, at), spare(parts[at]), ...parts.slice(at + 1)].join('.');
  return `${token}=`;
}

/** Grows what build(header text, n) makes until it is exactly so long: base64url skips lengths, an escape in the header shifts them. */
export function fit(target, build, lengthOf) {
  for (let letters = 0; letters < 9; letters++) {
    const text = escapeBy(5 * letters);
    const from = Math.max(0, Math.floor(((target - lengthOf(build(text, 0))) * 3) / 4) - 3);
    for (let pad = from; pad < from + 8; pad++)
      try {
        const built = build(text, pad);
        if (lengthOf(built) === target) return built;
      } catch {
        // not to be escaped by so many octets
      }
  }
  throw new Error(`no length of ${target}`);
}

/** JSON text that is `more` octets longer and says the same: slashes, and other characters in strings, are escaped. */
export function escapeBy(more) {
  return (text) => {
    let slashes = more % 5;
    let letters = (more - slashes) / 5;
    let inString = false;
    const escaped = [...text].map((c) => {
      if (c === '"') inString = !inString;
      else if (c === '/' && slashes > 0) return (slashes--, '\\/');
      else if (inString && c !== '/' && letters > 0)
        return (letters--, `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
      return c;
    });
    if (slashes > 0 || letters > 0) throw new Error('too few characters');
    return escaped.join('');
  };
}

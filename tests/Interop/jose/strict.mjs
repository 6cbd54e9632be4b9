// The parsing rules of version-4.md section 1. JSON.parse and Buffer.from are too lenient for every one of them.
import crypto from 'node:crypto';

const MAX_DEPTH = 5;
const MAX_NUMBER = 253402300799;

/** Canonical base64url only: what survives the way back. Null otherwise. */
export function decodeBase64url(text) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]*$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

export const encodeBase64url = (bytes) => Buffer.from(bytes).toString('base64url');

export const isId = (value) => typeof value === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(value);

export const isJti = (value) => typeof value === 'string' && value.length === 22 && decodeBase64url(value) !== null;

export const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** One object, read from bytes or text; throws with the reason. Objects have no prototype. */
export function parseObject(input) {
  let text = input;
  if (typeof input !== 'string') {
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input); // ignoreBOM keeps the BOM in the text
    } catch {
      throw new Error('not UTF-8');
    }
  }
  let at = 0;

  function fail(what) {
    throw new Error(`JSON: ${what} at ${at}`);
  }
  function expect(character) {
    if (text[at] !== character) fail(`no ${character}`);
    at++;
  }
  function value(depth) {
    switch (text[at]) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case '"':
        return string();
      case 't':
        return word('true', true);
      case 'f':
        return word('false', false);
      case 'n':
        return word('null', null);
      default:
        return number();
    }
  }
  function word(name, meaning) {
    if (!text.startsWith(name, at)) fail('unknown word');
    at += name.length;
    return meaning;
  }
  function object(depth) {
    if (depth > MAX_DEPTH) fail('too deep');
    const result = Object.create(null);
    expect('{');
    if (text[at] === '}') return (at++, result);
    for (;;) {
      const name = string();
      if (name in result) fail('a member twice');
      expect(':');
      result[name] = value(depth);
      if (text[at] === '}') return (at++, result);
      expect(',');
    }
  }
  function array(depth) {
    if (depth > MAX_DEPTH) fail('too deep');
    const result = [];
    expect('[');
    if (text[at] === ']') return (at++, result);
    for (;;) {
      result.push(value(depth));
      if (text[at] === ']') return (at++, result);
      expect(',');
    }
  }
  function string() {
    const from = at;
    expect('"');
    for (; text[at] !== '"'; at++) {
      if (at >= text.length) fail('an open string');
      if (text[at] < ' ') fail('a control character');
      if (text[at] === '\\') at++;
    }
    at++;
    let result;
    try {
      result = JSON.parse(text.slice(from, at)); // the escapes of RFC 8259, and no others
    } catch {
      fail('a bad escape');
    }
    if (!result.isWellFormed()) fail('a lone surrogate');
    return result;
  }
  function number() {
    const [digits] = /^(0|[1-9][0-9]*)?/.exec(text.slice(at, at + 20));
    if (!digits) fail('not a value');
    at += digits.length;
    if (/[0-9.eE+-]/.test(text[at] ?? '')) fail('not a plain integer');
    if (digits.length > 12 || Number(digits) > MAX_NUMBER) fail('a number out of range');
    return Number(digits);
  }

  if (text[0] !== '{') fail('not an object');
  const result = value(0);
  if (at !== text.length) fail('something after the object');
  return result;
}

/** Whether the object has exactly these members with exactly these values. */
export function equals(object, expected) {
  const names = Object.keys(expected);
  return Object.keys(object).length === names.length && names.every((name) => object[name] === expected[name]);
}

/** Whether the object has no member but these: section 1 refuses those that the text does not name. */
export const hasOnly = (object, names) => Object.keys(object).every((name) => names.includes(name));

/** A token of RFC 9110 section 5.6.2. */
export const isToken = (text) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);

/** `{base}` of section 2: RFC 3986 normal form without user-info, query, fragment or trailing slash. */
export function isBase(text) {
  if (typeof text !== 'string' || !/^https?:\/\/[\x21-\x7e]+$/.test(text) || /[?#@]|\/$/.test(text)) return false;
  let url;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  if ((url.pathname === '/' ? url.origin : url.href) !== text) return false;
  // RFC 3986 section 6.2.2: hexadecimal digits in capitals, no unreserved character encoded
  return [...url.pathname.matchAll(/%(..)/g)].every(
    ([, hex]) => /^[0-9A-F]{2}$/.test(hex) && !/[A-Za-z0-9._~-]/.test(String.fromCharCode(parseInt(hex, 16))),
  );
}

export const sha256 = (bytes, encoding) => crypto.createHash('sha256').update(bytes).digest(encoding);

// Responses whose proof a consumer must judge, section 5; each with the sentence that it rests on.
import crypto from 'node:crypto';
import { ivOf } from './assertion.mjs';
import { deriveKeys } from './grant.mjs';
import {
  BASE64_FAULTS,
  JSON_FAULTS,
  Maker,
  append,
  escapeBy,
  fit,
  flip,
  part,
  random,
  replace,
  spare,
  without,
} from './maker.mjs';
import * as raw from './raw.mjs';
import { digestOf } from './wire.mjs';

const BODY = Buffer.from('{"id":7}');
const JSON_TYPE = 'application/json';
const ERROR = 'REPLAYED;\tThe request, or a part of it, was used before;\t[]';
const TYPED = [['Content-Type', JSON_TYPE]];

/** Beginnings of sentences of section 1; the others are of section 5. */
const SECTION_1 = [
  'JSON: ',
  'A payload member',
  'base64url: ',
  'member names',
  'none twice',
  'numbers are',
  'in any order',
];

/**
 * {application, other, stranger, provider, base, uri, now} -> [{name, section, why, expect, grant, request, status, headers,
 * content, proof, trailer?, allowUnproven?, claims}]. grant and request as `trusted-apps issue` writes them.
 */
export async function proofs(question) {
  const make = await Maker.create(question);
  const { shared, now } = make;
  const keys = deriveKeys(shared.key, shared.header);
  const cert = make.cert({ claims: { rsp: true } });
  const req = ivOf(cert);
  const grant = { grant: shared.header, sessionKey: shared.key.toString('base64url') };
  const request = Object.fromEntries(make.step({ cert }).headers);
  const list = [];

  /** claims overwrite members (undefined removes), payload and text change the JSON text, token the whole. */
  const sign = (
    { claims = {}, payload = (t) => t, header = {}, text = (t) => t, key = keys.response, signer, token = (t) => t },
    { status, headers, content },
  ) => {
    const type = headers.find(([name]) => name === 'Content-Type')?.[1];
    const members = without({
      iat: now,
      req,
      sts: status,
      dig: content.length ? digestOf(content) : undefined,
      cty: type,
      ...claims,
    });
    const heading = without({ alg: 'HS256', kid: shared.jti, typ: 'trusted-app-response+jwt', ...header });
    return token(
      raw.jws({
        header: text(JSON.stringify(heading)),
        payload: payload(JSON.stringify(members)),
        signer: signer ?? raw.sign.HS256(key),
      }),
    );
  };
  const add =
    (expect) =>
    (name, options = {}, why = '') => {
      const { status = 200, headers = TYPED, content = BODY, sent = {}, trailer, allowUnproven, ...odd } = options;
      const response = { status, headers, content };
      const proof = odd.proof ?? sign(odd, response);
      const shown = { ...response, ...sent };
      list.push({
        name,
        section: SECTION_1.some((start) => why.startsWith(start)) ? '1' : '5',
        why,
        expect,
        grant,
        request,
        status: shown.status,
        headers: shown.headers,
        content: shown.content.toString('base64'),
        proof,
        ...(trailer !== undefined && {
          trailer: typeof trailer === 'string' || trailer === null ? trailer : sign(trailer, response),
        }),
        ...(allowUnproven !== undefined && { allowUnproven }),
        ...(expect === 'good' && { claims: JSON.parse(Buffer.from(proof.split('.')[1], 'base64url')) }),
      });
    };
  const good = add('good');
  const bad = add('bad');
  const none = { headers: [], content: Buffer.alloc(0) };

  // ---- right
  const shownWhy = 'a JWS compact, HS256 under the response key';
  good('as shown', {}, shownWhy);
  good(
    'members in another order',
    { payload: (t) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(t)).reverse())) },
    'in any order',
  );
  good(
    'header members in another order',
    { text: (t) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(t)).reverse())) },
    'in any order',
  );
  good('escaped characters', { payload: escapeBy(200) }, 'member names compared after unescaping');
  good('iat of long ago', { claims: { iat: 0 } }, '`iat` is not compared with its clock');
  good('iat of the far future', { claims: { iat: 253402300799 } }, '`iat` is not compared with its clock');
  for (const status of [201, 404, 500, 503]) good(`status ${status}`, { status }, '`sts` is the status');
  const noContent = 'left out when there is none (HEAD, 204, 304, empty)';
  good('no content, 204', { ...none, status: 204 }, noContent);
  good('no content, 304', { ...none, status: 304 }, noContent);
  good('no content, 200', none, noContent);
  good('no content with a type, as for HEAD', { content: Buffer.alloc(0) }, noContent);
  good('no type', { headers: [] }, '`cty` the Content-Type, left out when there is none');
  good(
    'a type with a parameter',
    { headers: [['Content-Type', 'text/html; charset="utf-8"']] },
    '`cty` the Content-Type',
  );
  good('one octet', { content: Buffer.from([0]) }, '`dig` the Content-Digest of the content as it goes out');
  good('a mebibyte', { content: Buffer.alloc(1 << 20, 'a') }, '`dig` the Content-Digest of the content as it goes out');
  const hdr = '`hdr` has those of Content-Encoding, Content-Range and Location that the response has';
  const withHeader = (name, value) => ({
    headers: [...TYPED, [name, value]],
    claims: { hdr: { [name.toLowerCase()]: value } },
  });
  good('a location', { ...withHeader('Location', 'https://tracker.example/app/x?y=%20'), status: 302 }, hdr);
  good('a content coding', withHeader('Content-Encoding', 'gzip'), hdr);
  good('a content range', { ...withHeader('Content-Range', 'bytes 0-7/100'), status: 206 }, hdr);
  good(
    'all three',
    {
      headers: [...TYPED, ['Content-Range', 'bytes 0-7/100'], ['Location', '/x'], ['Content-Encoding', 'gzip']],
      claims: { hdr: { 'content-encoding': 'gzip', 'content-range': 'bytes 0-7/100', location: '/x' } },
    },
    hdr,
  );
  const joined = 'several lines of one name joined by `, `';
  const lines = [
    ['Content-Encoding', 'gzip'],
    ['Content-Encoding', 'br'],
  ];
  good(
    'two lines of one name',
    { headers: [...TYPED, ...lines], claims: { hdr: { 'content-encoding': 'gzip, br' } } },
    joined,
  );
  good('further headers of the response', { headers: [...TYPED, ['ETag', '"x"'], ['X-Other', 'y']] }, hdr);
  const refusal = '`err` is there exactly in refusals';
  const said = [
    ['X-Seraph-Trusted-App-Status', 'ERROR'],
    ['X-Seraph-Trusted-App-Error', ERROR],
  ];
  good('a refusal', { status: 401, headers: [...TYPED, ...said], claims: { err: ERROR } }, refusal);
  const ignored = 'Whether it is a refusal is what `err` says; the Status and Error headers do not count';
  good(
    'a refusal whose Status header says OK',
    { status: 401, headers: [...TYPED, ['X-Seraph-Trusted-App-Status', 'OK']], claims: { err: ERROR } },
    ignored,
  );
  good('no refusal, whose Status header says ERROR', { headers: [...TYPED, ...said] }, ignored);
  const fitProof = (length) =>
    fit(
      length,
      (text, pad) => {
        const location = `/${'x'.repeat(pad)}`;
        const options = { ...withHeader('Location', location), text };
        return { ...options, proof: sign(options, { status: 200, headers: options.headers, content: BODY }) };
      },
      ({ proof }) => proof.length,
    );
  good('8,000 characters', fitProof(8000), 'no limit but that of the whole: 8,000 characters');
  bad('8,001 characters', fitProof(8001), 'no limit but that of the whole: 8,000 characters');

  // ---- the key
  const key = 'HS256 under the response key';
  const another = make.grant();
  for (const [name, one] of Object.entries({
    'the session key': shared.key,
    'the request key': keys.request,
    'the response key of another grant': deriveKeys(another.key, another.header).response,
    'the response key of another grant with the same session key': deriveKeys(shared.key, another.header).response,
    'a key of zeros': Buffer.alloc(32),
    'an empty key': Buffer.alloc(0),
  }))
    bad(`by ${name}`, { key: one }, key);
  bad('one bit of the signature', { token: part(2, (t) => flip(t)) }, key);
  bad('one bit at the end of the signature', { token: part(2, (t) => flip(t, 31)) }, key);
  bad(
    'a signature an octet short',
    { token: part(2, (t) => Buffer.from(t, 'base64url').subarray(0, 31).toString('base64url')) },
    key,
  );
  bad(
    'a signature of an octet',
    { token: part(2, (t) => Buffer.from(t, 'base64url').subarray(0, 1).toString('base64url')) },
    key,
  );
  bad(
    'HS512, called HS256',
    { signer: (input) => crypto.createHmac('sha512', keys.response).update(input).digest() },
    key,
  );
  bad('unsigned', { signer: raw.sign.none() }, key);
  bad('none, unsigned', { header: { alg: 'none' }, signer: raw.sign.none() }, key);
  bad(
    'another payload under the signature',
    {
      token: part(1, (t) => raw.b64(Buffer.from(t, 'base64url').toString().replace('"sts":200', '"sts":201'))),
      sent: { status: 201 },
    },
    key,
  );
  bad('an assertion in its place', { proof: cert }, key);
  bad('a grant in its place', { proof: shared.header }, key);

  // ---- the header
  const exactly = 'header `{"alg":"HS256","kid":"<grant jti>","typ":"trusted-app-response+jwt"}`';
  for (const [name, header] of Object.entries({
    'alg HS384': { alg: 'HS384' },
    'alg in small letters': { alg: 'hs256' },
    'alg missing': { alg: undefined },
    'kid of another grant': { kid: another.jti },
    'kid missing': { kid: undefined },
    'kid null': { kid: null },
    'typ missing': { typ: undefined },
    'typ JWT': { typ: 'JWT' },
    'typ of an assertion': { typ: 'trusted-app-cert+jwt' },
    'typ with application/': { typ: 'application/trusted-app-response+jwt' },
    'typ in capitals': { typ: 'TRUSTED-APP-RESPONSE+JWT' },
    crit: { crit: ['x'], x: 1 },
    'b64 false': { b64: false, crit: ['b64'] },
    jwk: { jwk: { kty: 'oct', k: 'AAAA' } },
    cty: { cty: 'JWT' },
    'an unknown member': { x: 1 },
  }))
    bad(`header: ${name}`, { header }, exactly);
  for (const [name, fault] of Object.entries(JSON_FAULTS))
    bad(`header, JSON: ${name}`, { text: fault }, 'JSON: UTF-8 without BOM, one object, nothing after it');

  // ---- the encoding
  const canonical = 'base64url: canonical; no padding, no white space, no non-zero spare bits';
  ['header', 'payload', 'signature'].forEach((name, index) => {
    for (const [fault, change] of Object.entries(BASE64_FAULTS))
      bad(`${name}: ${fault}`, { token: part(index, change) }, canonical);
  });
  bad('signature: spare bits', { token: part(2, spare) }, canonical);
  bad('two parts', { token: (t) => t.split('.').slice(0, 2).join('.') }, shownWhy);
  bad('four parts', { token: (t) => `${t}.` }, shownWhy);
  bad('two with a comma', { token: (t) => `${t}, ${t}` }, 'exactly once');
  bad(
    'JSON serialization',
    { token: (t) => ((p) => JSON.stringify({ payload: p[1], protected: p[0], signature: p[2] }))(t.split('.')) },
    shownWhy,
  );
  bad('a word', { proof: 'proof' }, shownWhy);

  // ---- the payload
  for (const [name, fault] of Object.entries(JSON_FAULTS))
    bad(`JSON: ${name}`, { payload: fault }, 'JSON: UTF-8 without BOM, one object, nothing after it');
  bad('JSON: sts twice', { payload: append('"sts":200') }, 'none twice');
  bad(
    'JSON: sts twice, once escaped',
    { payload: append('"\\u0073ts":200') },
    'member names compared after unescaping and none twice',
  );
  bad('JSON: iat a fraction', { payload: replace(`"iat":${now}`, `"iat":${now}.0`) }, 'numbers are plain integers');
  bad('JSON: sts with a sign', { payload: replace('"sts":200', '"sts":+200') }, 'numbers are plain integers');
  bad('JSON: sts an exponent', { payload: replace('"sts":200', '"sts":2e2') }, 'numbers are plain integers');
  const named = 'A payload member that this text does not name is refused at any depth';
  bad('an unknown member', { claims: { x: 1 } }, named);
  bad('an unknown member null', { claims: { x: null } }, named);
  bad('exp', { claims: { exp: now + 60 } }, named);
  bad('STS instead of sts', { payload: replace('"sts"', '"STS"') }, named);
  for (const [name, claims] of Object.entries({
    'iat missing': { iat: undefined },
    'iat a string': { iat: `${now}` },
    'iat null': { iat: null },
    'req missing': { req: undefined },
    'req null': { req: null },
    'req of another request': { req: random(12).toString('base64url') },
    'req empty': { req: '' },
    'req padded': { req: `${req}=` },
    'req the jti': { req: shared.jti },
    'sts missing': { sts: undefined },
    'sts a string': { sts: '200' },
    'sts of another response': { sts: 201 },
    'dig null': { dig: null },
    'dig a list': { dig: [digestOf(BODY)] },
    'dig empty': { dig: '' },
    'dig sha-512': { dig: `sha-512=:${crypto.createHash('sha512').update(BODY).digest('base64')}:` },
    'dig with a parameter': { dig: `${digestOf(BODY)};q=1` },
    'dig of two members': { dig: `${digestOf(BODY)}, ${digestOf(BODY)}` },
    'dig of other content': { dig: digestOf('other') },
    'dig missing': { dig: undefined },
    'cty missing': { cty: undefined },
    'cty null': { cty: null },
    'cty in another case': { cty: 'Application/JSON' },
    'cty with a parameter more': { cty: `${JSON_TYPE}; charset=utf-8` },
    'hdr an empty object': { hdr: {} },
    'hdr null': { hdr: null },
    'hdr a list': { hdr: [] },
    'hdr of what is not there': { hdr: { location: '/x' } },
    'err null': { err: null },
    'err a number': { err: 1 },
    'err a list': { err: [ERROR] },
  }))
    bad(name, { claims }, 'takes no response without a good one: right key, `req`, status, type');

  // ---- the response
  const type = 'takes no response without a good one: right key, `req`, status, type';
  bad('the status changed', { sent: { status: 204 } }, type);
  bad('the type changed', { sent: { headers: [['Content-Type', 'text/html']] } }, type);
  bad('the type removed', { sent: { headers: [] } }, type);
  bad('a type added', { headers: [], sent: { headers: TYPED } }, type);
  bad('a second type', { sent: { headers: [...TYPED, ['Content-Type', 'text/html']] } }, type);
  const digest = 'the digest when the content has been read';
  bad('the content changed', { sent: { content: Buffer.from('{"id":8}') } }, digest);
  bad('the content cut short', { sent: { content: BODY.subarray(1) } }, digest);
  bad('an octet more', { sent: { content: Buffer.concat([BODY, Buffer.from('\n')]) } }, digest);
  bad('the content removed', { sent: { content: Buffer.alloc(0) } }, digest);
  bad(
    'content added',
    { content: Buffer.alloc(0), sent: { content: BODY } },
    '(no `dig`: no octet; reading past the end throws)',
  );
  const three = '`hdr` (one of the three that is not in it refuses the response)';
  for (const [name, value] of [
    ['Location', 'https://evil.example/'],
    ['Content-Encoding', 'identity'],
    ['Content-Range', 'bytes 0-7/8'],
  ]) {
    const one = withHeader(name, value);
    bad(`${name} added`, { sent: { headers: [...TYPED, [name, value]] } }, three);
    bad(`${name} removed`, { ...one, sent: { headers: TYPED } }, hdr);
    bad(`${name} changed`, { ...one, sent: { headers: [...TYPED, [name, `${value}x`]] } }, three);
    bad(`${name} twice`, { ...one, sent: { headers: [...one.headers, [name, value]] } }, joined);
  }
  bad(
    'Location added to another that is proven',
    {
      ...withHeader('Content-Encoding', 'gzip'),
      sent: { headers: [...TYPED, ['Content-Encoding', 'gzip'], ['Location', '/x']] },
    },
    three,
  );
  bad(
    'hdr in capitals',
    { headers: [...TYPED, ['Location', '/x']], claims: { hdr: { Location: '/x' } } },
    'names in lower case',
  );
  bad('hdr with a number', { headers: [...TYPED, ['Location', '1']], claims: { hdr: { location: 1 } } }, hdr);
  bad('hdr with a list', { headers: [...TYPED, ['Location', '/x']], claims: { hdr: { location: ['/x'] } } }, hdr);
  bad(
    'two lines of one name joined by a comma alone',
    { headers: [...TYPED, ...lines], claims: { hdr: { 'content-encoding': 'gzip,br' } } },
    joined,
  );
  bad(
    'two lines of one name in another order',
    { headers: [...TYPED, ...lines], claims: { hdr: { 'content-encoding': 'br, gzip' } } },
    joined,
  );

  // ---- content that is proven at its end, or not at all
  const trailing =
    'a second proof, the same in every member but `dig` (its digest, or left out when there was no octet), follows in a trailer';
  const trailer = { claims: { dig: 'trailer' } };
  good('proven in the trailer', { ...trailer, trailer: {} }, trailing);
  good('proven in the trailer, and empty', { ...trailer, content: Buffer.alloc(0), trailer: {} }, trailing);
  bad('no trailer', { ...trailer, trailer: null }, trailing);
  for (const [name, claims] of Object.entries({
    'without a digest': { dig: undefined },
    'that says trailer, too': { dig: 'trailer' },
    'that says none': { dig: 'none' },
    'of another time': { iat: now + 1 },
    'of another request': { req: random(12).toString('base64url') },
    'of another status': { sts: 201 },
    'of another type': { cty: 'text/html' },
    'without the type': { cty: undefined },
    'that is a refusal': { err: ERROR },
    'with a header more': { hdr: { location: '/x' } },
    'with an unknown member': { x: 1 },
    'of other content': { dig: digestOf('other') },
  }))
    bad(`a trailer ${name}`, { ...trailer, trailer: { claims } }, trailing);
  bad('a trailer by another key', { ...trailer, trailer: { key: keys.request } }, trailing);
  bad(
    'a trailer, and the content cut short',
    { ...trailer, trailer: {}, sent: { content: BODY.subarray(1) } },
    trailing,
  );
  const unproven = 'which a consumer takes only where an option says so, and never for a refusal';
  good('content by TLS alone, where that is allowed', { claims: { dig: 'none' }, allowUnproven: true }, unproven);
  bad('content by TLS alone, where that is not allowed', { claims: { dig: 'none' }, allowUnproven: false }, unproven);
  bad(
    'a refusal whose content is not proven',
    { status: 401, claims: { dig: 'none', err: ERROR }, allowUnproven: true },
    unproven,
  );
  return list;
}

// Headers that are bound, the demand of a proof, and members that the text does not name: sections 1, 3 and 4.
import { BODY, OK, append, nested, replace } from './maker.mjs';
import { digestOf } from './wire.mjs';

const MALFORMED = ['SYSTEM'];
const OTHER = ['BAD_SIGNATURE'];

export const bound = {
  hdr(make) {
    /** What is bound, what is sent (both are the same where one is left out), and the verdict. */
    const hdr = (name, value, extra, verdict, more = {}) =>
      make.add(
        '4',
        name,
        make.step({ cert: make.cert({ claims: { hdr: value } }), extra: extra ?? Object.entries(value) }),
        verdict,
        more,
      );
    const one = { 'idempotency-key': 'abc-1' };

    hdr('one header', one, undefined, OK);
    hdr('one header, its name sent in capitals', one, [['Idempotency-Key', 'abc-1']], OK, {
      why: 'names are lower-case tokens; field names have no case',
    });
    hdr('white space round what is sent', one, [['Idempotency-Key', ' \tabc-1\t ']], OK, {
      why: "the field's value without outer spaces and tabs",
    });
    hdr(
      'eight headers',
      Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`x-h${at}`, `${at}`])),
      undefined,
      OK,
      { why: '1 to 8 members' },
    );
    hdr('a space and a tab within', { 'x-note': 'a b\tc' }, undefined, OK, {
      why: 'of printable ASCII with spaces and tabs inside',
    });
    hdr('a quotation mark, a backslash and a comma', { 'if-match': '"a\\b", "c"' }, undefined, OK);
    hdr('every character of a token', { "x!#$%&'*+-.^_`|~09az": '1' }, undefined, OK, {
      why: 'lower-case tokens (RFC 9110)',
    });
    hdr('1,024 characters', { 'x-long': 'x'.repeat(1018) }, undefined, OK, {
      why: 'names and values together at most 1,024',
    });
    hdr('1,024 characters in two', { 'x-long': 'x'.repeat(500), 'x-more': 'y'.repeat(512) }, undefined, OK, {
      why: 'names and values together at most 1,024',
    });
    hdr('authorization', { authorization: 'Bearer x' }, undefined, OK);
    hdr('range', { range: 'bytes=0-9' }, undefined, OK);
    hdr('accept', { accept: 'application/json' }, undefined, OK);
    hdr('a name like one that proxies write', { 'x-forwarded': '1', proxy: '1' }, undefined, OK, {
      why: 'Not: proxy-*, x-forwarded-*',
    });
    hdr(
      'a header beside that is not bound',
      one,
      [
        ['Idempotency-Key', 'abc-1'],
        ['X-Other', '2'],
      ],
      OK,
    );
    make.add('4', 'not one header bound, and none that must be', make.step({ extra: [['X-Other', '2']] }), OK);
    make.add(
      '4',
      'escaped characters',
      make.step({ cert: make.cert({ payload: append('"hdr":{"\\u0078-a":"\\u0031"}') }), extra: [['X-A', '1']] }),
      OK,
    );

    const why = 'Each must come exactly once with exactly that value';
    hdr('another value', one, [['Idempotency-Key', 'abc-2']], OTHER, { why });
    hdr('a value in another case', one, [['Idempotency-Key', 'ABC-1']], OTHER, { why });
    hdr('a value and more', one, [['Idempotency-Key', 'abc-1x']], OTHER, { why });
    hdr('absent', one, [], OTHER, { why });
    hdr(
      'twice',
      one,
      [
        ['Idempotency-Key', 'abc-1'],
        ['Idempotency-Key', 'abc-1'],
      ],
      OTHER,
      { why },
    );
    hdr(
      'twice with two values',
      one,
      [
        ['Idempotency-Key', 'abc-1'],
        ['idempotency-key', 'abc-2'],
      ],
      OTHER,
      { why },
    );
    hdr('an empty value sent', one, [['Idempotency-Key', '']], OTHER, { why });
    hdr('one of two absent', { 'x-a': '1', 'x-b': '2' }, [['X-A', '1']], OTHER, { why });
    hdr(
      'two with their values changed about',
      { 'x-a': '1', 'x-b': '2' },
      [
        ['X-A', '2'],
        ['X-B', '1'],
      ],
      OTHER,
      { why },
    );
    hdr('white space within that differs', { 'x-note': 'a b' }, [['X-Note', 'a  b']], OTHER, { why });
    const connection = { why: "a name that the request's own Connection header names is BAD_SIGNATURE" };
    hdr(
      'named by Connection',
      { 'x-a': '1' },
      [
        ['X-A', '1'],
        ['Connection', 'X-A'],
      ],
      OTHER,
      connection,
    );
    hdr(
      'named by Connection in small letters, among others',
      { 'x-a': '1' },
      [
        ['X-A', '1'],
        ['Connection', 'x-b ,\tx-a'],
      ],
      OTHER,
      connection,
    );
    hdr(
      'another that Connection names',
      { 'x-a': '1' },
      [
        ['X-A', '1'],
        ['Connection', 'x-b'],
      ],
      OK,
      connection,
    );

    const required = { why: 'one that is there unbound is BAD_SIGNATURE' };
    const unbound = (name, extra, claims = {}) =>
      make.add('4', name, make.step({ cert: make.cert({ claims }), extra }), OTHER, required);
    unbound('Idempotency-Key there and not bound', [['Idempotency-Key', 'abc-1']]);
    unbound('idempotency-key there, empty and not bound', [['idempotency-key', '']]);
    unbound('If-Match there and not bound', [['If-Match', '"x"']]);
    unbound(
      'If-Match there and another bound',
      [
        ['If-Match', '"x"'],
        ['X-A', '1'],
      ],
      { hdr: { 'x-a': '1' } },
    );
    unbound(
      'one of two that must be',
      [
        ['If-Match', '"x"'],
        ['Idempotency-Key', 'abc-1'],
      ],
      { hdr: one },
    );
    unbound('If-Match twice and not bound', [
      ['If-Match', '"x"'],
      ['If-Match', '"y"'],
    ]);
    hdr('both that must be', { ...one, 'if-match': '"x"' }, undefined, OK, {
      why: 'headers that must be bound when they are there',
    });

    for (const name of [
      ...['host', 'content-type', 'content-length', 'cookie'],
      ...[
        'connection',
        'keep-alive',
        'proxy-authorization',
        'proxy-connection',
        'proxy-x',
        'te',
        'trailer',
        'transfer-encoding',
        'upgrade',
        'expect',
      ],
      ...['via', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-x', 'accept-encoding'],
      ...[
        'x-seraph-trusted-app-id',
        'x-seraph-trusted-app-cert',
        'x-seraph-trusted-app-other',
        'x-trusted-app-cert',
        'x-trusted-app-other',
      ],
    ])
      hdr(`not to be bound: ${name}`, { [name]: 'x' }, [], MALFORMED, {
        why: 'Not: ours, host, ...; hop-by-hop; what proxies write: malformed',
      });
    hdr('not to be bound, beside one that may be', { ...one, via: 'x' }, Object.entries(one), MALFORMED);
    for (const [name, value] of Object.entries({
      'a name in capitals': { 'Idempotency-Key': 'x' },
      'a name with one capital': { 'x-A': 'x' },
      'an empty name': { '': 'x' },
      'a name with a space': { 'x a': 'x' },
      'a name with a colon': { 'x:a': 'x' },
      'a name not ASCII': { 'x-\u00e4': 'x' },
      'a name in brackets': { '(x)': 'x' },
      'a pseudo-header': { ':path': '/' },
      'a value with a space before': { 'x-a': ' x' },
      'a value with a tab after': { 'x-a': 'x\t' },
      'a value of a space': { 'x-a': ' ' },
      'a value not ASCII': { 'x-a': '\u00e9' },
      'a value with a line feed': { 'x-a': 'a\nx-b: c' },
      'a value with a carriage return': { 'x-a': 'a\rb' },
      'a value with NUL': { 'x-a': 'a\0' },
      'a value with DEL': { 'x-a': 'a\u007f' },
      'a value a list': { 'x-a': ['x'] },
      'a value a number': { 'x-a': 1 },
      'a value null': { 'x-a': null },
      'a value an object': { 'x-a': { x: 'y' } },
      'nine headers': Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`x-h${at}`, '1'])),
      '1,025 characters': { 'x-long': 'x'.repeat(1019) },
      '1,025 characters in two': { 'x-long': 'x'.repeat(500), 'x-more': 'y'.repeat(513) },
      'an empty object': {},
      'a list': [],
      'a string': 'x-a: x',
      null: null,
    }))
      hdr(name, value, [], MALFORMED, { why: 'hdr: anything else is malformed' });
    make.tryCert('one name twice', { payload: append('"hdr":{"x-a":"1","x-a":"1"}') }, MALFORMED, {
      why: 'none twice',
    });
    make.tryCert('one name twice, once escaped', { payload: append('"hdr":{"x-a":"1","\\u0078-a":"1"}') }, MALFORMED, {
      why: 'member names compared after unescaping and none twice',
    });
    const order = { why: 'section 6: the first failure decides the code' };
    const wrong = { hdr: { 'x-a': '1' } };
    make.tryCert('absent, and too old', { claims: { ...wrong, iat: 0 } }, ['OLD_CERT'], order);
    make.tryCert('absent, and as itself', { claims: { ...wrong, sub: undefined } }, OTHER, {
      ...order,
      needs: { allowSelf: false },
    });
    make.tryCert('absent, and a scope that is not allowed', { claims: { ...wrong, scope: 'other' } }, OTHER, order);
    make.add(
      '6',
      'absent, and other content',
      make.step({
        method: 'POST',
        content: Buffer.from('x'),
        cert: make.cert({ claims: { ...wrong, htm: 'POST', dig: digestOf(BODY) } }),
      }),
      OTHER,
      order,
    );
    const again = make.cert({ claims: wrong });
    make.add(
      '6',
      'absent, and then there',
      [
        { ...make.step({ cert: again }), expect: 'refused', codes: OTHER },
        make.step({ cert: again, extra: [['X-A', '1']] }),
      ],
      OK,
      {
        why: 'section 6: bound headers before replay: nothing was remembered',
      },
    );
  },

  rsp(make) {
    const why = 'rsp: true; otherwise left out; anything else is malformed';
    make.tryCert('true', { claims: { rsp: true } }, OK, { why });
    for (const [name, value] of Object.entries({
      false: false,
      null: null,
      'a string': 'true',
      1: 1,
      0: 0,
      'a list': [true],
      'an object': {},
    }))
      make.tryCert(name, { claims: { rsp: value } }, MALFORMED, { why });
    make.tryCert('True', { claims: { rsp: true }, payload: replace('"rsp":true', '"rsp":True') }, MALFORMED, { why });
    make.tryCert('twice', { payload: append('"rsp":true,"rsp":true') }, MALFORMED, { why: 'none twice' });
  },

  members(make) {
    const why = 'A payload member that this text does not name is refused at any depth';
    for (const [name, members] of Object.entries({
      nbf: { nbf: 1 },
      sub: { sub: 'fred' },
      scope: { scope: 'issues.read' },
      act: { act: { sub: make.application.id } },
      rsp: { rsp: true },
      null: { x: null },
      true: { x: true },
      'a string': { x: '' },
      'an object': { x: {} },
      'a name like Iss': { Iss: make.application.id },
    }))
      make.tryGrant(`grant: ${name}`, { claims: members }, ['BAD_GRANT'], { why });
    const sessionKey = () => Buffer.alloc(32, 7);
    const cnf = (name, more) => {
      const key = sessionKey();
      make.tryGrant(
        `grant: in cnf, ${name}`,
        { sessionKey: key, claims: { cnf: { jwe: make.jwe({ sessionKey: key }), ...more } } },
        ['BAD_GRANT'],
        { why },
      );
    };
    cnf('kid', { kid: make.wrapping.kid });
    cnf('jwk', { jwk: { kty: 'oct', k: sessionKey().toString('base64url') } });
    cnf('jkt', { jkt: make.wrapping.kid });
    cnf('null', { x: null });
    make.tryGrant('grant: to depth 5', { payload: append(`"x":${nested(4)}`) }, ['BAD_GRANT'], { why });
    make.tryGrant('grant: __proto__', { payload: append('"__proto__":{"sub":"admin"}') }, ['BAD_GRANT'], { why });

    for (const [name, members] of Object.entries({
      jti: { jti: 'x' },
      exp: { exp: make.now + 60 },
      nbf: { nbf: 1 },
      aud: { aud: make.provider.id },
      iss: { iss: make.application.id },
      azp: { azp: make.application.id },
      roles: { roles: ['admin'] },
      cnf: { cnf: {} },
      null: { x: null },
      false: { x: false },
      'an object': { x: { a: [1, 2] } },
      'a name like Sub': { Sub: 'admin' },
      'a name like SUB': { SUB: 'admin' },
      'an empty name': { '': 1 },
    }))
      make.tryCert(`assertion: ${name}`, { claims: members }, MALFORMED, { why });
    make.tryCert('assertion: to depth 5', { payload: append(`"x":${nested(4)}`) }, MALFORMED, { why });
    make.tryCert('assertion: __proto__', { payload: append('"__proto__":{"sub":"admin"}') }, MALFORMED, { why });
    make.tryCert('assertion: an escaped name', { payload: append('"\\u0078":1') }, MALFORMED, { why });
  },
};

// The request as a whole: what is bound, what is remembered, and the order of checks.
// The clock stands first, so that it cannot run away while the others are sent.
import crypto from 'node:crypto';
import { HEADERS, digestOf, keysOf, newAssertion, newGrant } from './version4.mjs';
import {
  BODY,
  FIXED,
  JSON_TYPE,
  MIB,
  OK,
  also,
  append,
  drop,
  fit,
  flip,
  nested,
  newJti,
  part,
  random,
  replace,
  set,
  spareAnywhere,
  spareBase64,
} from './maker.mjs';
import * as raw from './raw.mjs';

export const requests = {
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
    make.tryGrant(
      'grant issued in 31 s exactly',
      { claims: { iat: now + 31, exp: now + 631 } },
      ['FUTURE_CERT'],
      FIXED,
    );
    make.tryCert('iat a second too old', { claims: { iat: now - 91 } }, ['OLD_CERT']);
    make.tryCert('iat 0', { claims: { iat: 0 } }, ['OLD_CERT']);
    make.tryCert('iat too far ahead', { claims: { iat: now + 60 } }, ['FUTURE_CERT']);
    make.tryCert('iat at the end of time', { claims: { iat: 253402300799 } }, ['FUTURE_CERT']);
    make.tryGrant('grant expired', { claims: { iat: now - 631, exp: now - 31 } }, ['OLD_CERT'], {
      why: 'exp + skew >= now',
    });
    make.tryGrant('grant of the future', { claims: { iat: now + 60, exp: now + 660 } }, ['FUTURE_CERT'], {
      why: 'iat <= now + skew',
    });
    make.tryGrant('grant that expires as it is issued', { claims: { exp: now } }, ['BAD_GRANT'], { why: 'exp > iat' });
    make.tryGrant('grant that expires before it is issued', { claims: { exp: now - 10 } }, ['BAD_GRANT'], {
      why: 'exp > iat',
    });
    make.tryGrant('grant that lives a second too long', { claims: { exp: now + 3601 } }, ['BAD_GRANT'], {
      why: 'exp - iat <= the maximum life',
    });
    make.tryGrant('grant for ever', { claims: { iat: 0, exp: 253402300799 } }, ['BAD_GRANT'], {
      why: 'exp - iat <= the maximum life',
    });
    make.add(
      '4',
      'iat too old, and seen before',
      [make.step({ cert: make.cert({ iv }) }), make.step({ cert: make.cert({ iv, claims: { iat: now - 91 } }) })],
      ['OLD_CERT'],
      { why: 'section 6: time before replay' },
    );
  },

  async bindings(make) {
    const { uri, path, method } = make;
    const other = method === 'POST' ? 'GET' : 'POST';
    const grant = await newGrant(make.application, make.provider, make.base, { iat: make.now });
    make.add(
      '4',
      'nothing wrong, made by jose',
      make.step({
        grant: { ...grant, by: make.application },
        cert: await newAssertion(grant, { sub: 'fred', iat: make.now, htm: method, uri }),
      }),
      OK,
    );
    make.tryCert('nothing wrong, made by hand', {}, OK);
    make.add('4', 'another method sent', make.step({ method: other }), ['BAD_SIGNATURE']);
    make.add('4', 'DELETE sent', make.step({ method: 'DELETE' }), ['BAD_SIGNATURE']);
    make.add('4', 'the method sent in small letters', make.step({ method: method.toLowerCase() }), ['BAD_SIGNATURE'], {
      why: 'htm: the method of the request line, exactly',
    });
    make.tryCert('htm in small letters', { claims: { htm: method.toLowerCase() } }, ['BAD_SIGNATURE']);
    make.add(
      '4',
      'a method of its own',
      make.step({ method: 'REPORT', cert: make.cert({ claims: { htm: 'REPORT' } }) }),
      OK,
      { why: "A trust's methods default to all under version 4" },
    );
    make.target('another path', `${path}/other`, path);
    make.target(
      'a path with another case',
      path.replace(/[a-z]/, (c) => c.toUpperCase()),
      path,
    );
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
    make.target(
      'every printable character in the query',
      `${path}?!$&'()*+,-./:;=?@_~{}|^[]\``,
      `${path}?!$&'()*+,-./:;=?@_~{}|^[]\``,
      OK,
    );
    make.target('absolute-form', `http://{authority}${uri}`, uri, OK, {
      why: 'of an absolute-form target its path and query',
    });
    make.target(
      'absolute-form, signed whole',
      `http://{authority}${uri}`,
      `${make.base}${uri}`,
      ['BAD_SIGNATURE', 'SYSTEM'],
      { why: "uri: path and query; malformed or not this request's" },
    );
    make.target('origin-form, signed whole', uri, `${make.base}${uri}`, ['BAD_SIGNATURE', 'SYSTEM'], {
      why: 'as before',
    });
    make.target('a claim without its first slash', uri, uri.slice(1), ['BAD_SIGNATURE', 'SYSTEM'], {
      why: 'as before',
    });
    make.target('an empty uri', uri, '', ['BAD_SIGNATURE', 'SYSTEM'], { why: 'as before' });
    make.target('a uri that is not ASCII', uri, `${path}/é`, ['BAD_SIGNATURE', 'SYSTEM'], {
      why: "printable ASCII; malformed or not this request's",
    });
    make.add(
      '4',
      'asterisk-form',
      make.step({ method: 'OPTIONS', target: '*', cert: make.cert({ claims: { htm: 'OPTIONS', uri: '*' } }) }),
      ['SYSTEM'],
      { why: 'asterisk- and authority-form are refused; SYSTEM: target form', serverMayRefuse: true },
    );
    make.add(
      '4',
      'CONNECT',
      make.step({
        method: 'CONNECT',
        target: '{authority}',
        cert: make.cert({ claims: { htm: 'CONNECT', uri: '/' } }),
      }),
      ['SYSTEM'],
      { why: 'CONNECT, and upgrades other than to HTTP/2, are refused', serverMayRefuse: true },
    );
    make.add(
      '4',
      'an upgrade to a web socket',
      make.step({
        extra: [
          ['Connection', 'Upgrade'],
          ['Upgrade', 'websocket'],
          ['Sec-WebSocket-Version', '13'],
          ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
        ],
      }),
      ['SYSTEM'],
      { why: 'CONNECT, and upgrades other than to HTTP/2, are refused' },
    );
    make.add(
      '4',
      'an upgrade to HTTP/2 offered',
      make.step({
        extra: [
          ['Connection', 'Upgrade, HTTP2-Settings'],
          ['Upgrade', 'h2c'],
          ['HTTP2-Settings', 'AAMAAABkAARAAAAAAAIAAAAA'],
        ],
      }),
      OK,
      { why: 'upgrades other than to HTTP/2' },
    );
    make.add('3', 'another Host', make.step({ extra: [['Host', 'evil.example']] }), OK, {
      why: 'the Host header is never consulted',
    });
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
    make.tryContent('1 MiB', { content: exact }, OK, {
      why: 'content above the buffering limit (1 MiB by default) is 413',
    });
    make.tryContent('1 MiB and an octet', { content: large }, ['CONTENT_TOO_LARGE'], {
      why: 'content above the buffering limit (1 MiB by default) is 413',
    });
    make.tryContent('chunked', { framing: 'chunked' }, OK, { why: 'after transfer coding is removed' });
    make.tryContent('chunked, with a trailer', { framing: 'chunked', trailers: [['X-Trailer', '1']] }, OK, {
      why: 'Trailers are dropped',
    });
    make.tryContent('chunked, 1 MiB and an octet', { content: large, framing: 'chunked' }, ['CONTENT_TOO_LARGE']);
    make.tryContent('gzip, digest of what is sent', { content: gzip, extra: [['Content-Encoding', 'gzip']] }, OK, {
      why: 'before content coding is',
    });
    make.tryContent(
      'gzip, digest of what it holds',
      { content: gzip, claims: { dig: digestOf(Buffer.from('hello')) }, extra: [['Content-Encoding', 'gzip']] },
      ['BAD_DIGEST'],
    );
    make.add(
      '4',
      'GET with content',
      make.step({
        method: 'GET',
        cert: make.cert({ claims: { htm: 'GET', dig, cty: JSON_TYPE } }),
        content: BODY,
        contentType: JSON_TYPE,
      }),
      OK,
    );
    make.add(
      '4',
      'POST without content',
      make.step({ method: 'POST', cert: make.cert({ claims: { htm: 'POST' } }), content: Buffer.alloc(0) }),
      OK,
    );
    make.add(
      '4',
      'POST without content, with a Content-Type',
      make.step({ method: 'POST', cert: make.cert({ claims: { htm: 'POST' } }), contentType: JSON_TYPE }),
      OK,
      { why: 'cty: present exactly when dig is and the request has that field' },
    );
    make.add(
      '4',
      'chunked, and nothing in it',
      make.step({ method: 'POST', cert: make.cert({ claims: { htm: 'POST' } }), framing: 'chunked' }),
      OK,
      { why: 'dig: present exactly when the content is one octet or more' },
    );

    make.tryContent('content changed', { content: Buffer.from('{"title":"a first issue"}'), claims: { dig } }, [
      'BAD_DIGEST',
    ]);
    make.tryContent('content cut short', { content: BODY.subarray(0, -1), claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('an octet more', { content: Buffer.concat([BODY, Buffer.from('\n')]), claims: { dig } }, [
      'BAD_DIGEST',
    ]);
    make.tryContent('chunked content changed', { content: Buffer.from('x'), framing: 'chunked', claims: { dig } }, [
      'BAD_DIGEST',
    ]);
    make.tryContent('content removed', { content: Buffer.alloc(0), claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('content removed, and its length', { content: null, claims: { dig } }, ['BAD_DIGEST']);
    make.tryContent('content added', { claims: { dig: undefined, cty: undefined } }, ['BAD_DIGEST'], {
      why: 'Without it the application is given empty content, and any octet that arrives is BAD_DIGEST',
    });
    make.tryContent('content added, chunked', { claims: { dig: undefined, cty: undefined }, framing: 'chunked' }, [
      'BAD_DIGEST',
    ]);
    make.tryContent('the digest of nothing, and nothing', { content: Buffer.alloc(0) }, ['BAD_DIGEST'], {
      why: 'dig: present exactly when the content is one octet or more',
    });
    make.tryContent('the digest of nothing, and content', { claims: { dig: digestOf(Buffer.alloc(0)) } }, [
      'BAD_DIGEST',
    ]);

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
      NONE: 'NONE',
      'a number': 1,
      null: null,
      'a list': [dig],
    };
    for (const [name, value] of Object.entries(malformed))
      make.tryContent(`dig: ${name}`, { claims: { dig: value } }, ['SYSTEM'], {
        why: 'dig: one member, sha-256, no parameters; SYSTEM: malformed claims',
      });

    make.tryContent('another Content-Type sent', { claims: { cty: 'text/plain' } }, ['BAD_SIGNATURE']);
    make.tryContent(
      'Content-Type in another case',
      { contentType: 'Application/JSON', claims: { cty: JSON_TYPE } },
      ['BAD_SIGNATURE'],
      { why: 'cty: the Content-Type field value, byte for byte' },
    );
    make.tryContent(
      'Content-Type with a parameter more',
      { contentType: 'application/json; charset=utf-8', claims: { cty: JSON_TYPE } },
      ['BAD_SIGNATURE'],
    );
    make.tryContent(
      'Content-Type with other white space',
      { contentType: 'text/plain;charset=utf-8', claims: { cty: 'text/plain; charset=utf-8' } },
      ['BAD_SIGNATURE'],
    );
    make.tryContent('Content-Type with a parameter, signed', { contentType: 'multipart/form-data; boundary="a b"' });
    make.tryContent('cty missing', { claims: { cty: undefined } }, ['BAD_SIGNATURE']);
    make.tryContent('Content-Type missing', { contentType: null, claims: { cty: JSON_TYPE } }, ['BAD_SIGNATURE']);
    make.tryContent('two Content-Types', { extra: [['Content-Type', 'text/html']] }, ['BAD_SIGNATURE', 'SYSTEM'], {
      why: 'cty: the Content-Type field value: there is no one value',
      serverMayRefuse: true,
    });
    make.tryContent('an empty Content-Type, signed', { contentType: '' }, OK, {
      why: 'the request has that field, and its value is empty',
    });
    make.tryContent(
      'an empty Content-Type, not signed',
      { contentType: '', claims: { cty: undefined } },
      ['BAD_SIGNATURE'],
      { why: 'cty: present exactly when dig is and the request has that field' },
    );
    make.tryContent('an empty cty, no Content-Type', { contentType: null, claims: { cty: '' } }, ['BAD_SIGNATURE']);
    make.tryContent('cty: null', { claims: { cty: null } }, ['SYSTEM']);
    make.tryContent('cty: a number', { claims: { cty: 1 } }, ['SYSTEM']);
    make.add(
      '4',
      'cty without dig',
      make.step({ cert: make.cert({ claims: { cty: JSON_TYPE } }), contentType: JSON_TYPE }),
      ['SYSTEM'],
      { why: 'cty without dig is malformed' },
    );
    make.tryContent('cty without dig, with content', { claims: { dig: undefined } }, ['SYSTEM'], {
      why: 'cty without dig is malformed',
    });

    for (const allow of [true, false]) {
      const needs = { needs: { allowUnboundContent: allow }, why: 'none where the trust does not allow it' };
      make.tryContent(
        `unbound content, ${allow ? 'allowed' : 'not allowed'}`,
        { claims: { dig: 'none' } },
        allow ? OK : ['BAD_DIGEST'],
        needs,
      );
    }
    make.tryContent(
      'unbound content, another Content-Type',
      { claims: { dig: 'none', cty: 'text/plain' } },
      ['BAD_SIGNATURE'],
      { why: 'cty: checked with method and URI' },
    );
  },

  applications(make) {
    const { application, other, stranger, shared } = make;
    make.add('3', 'another known application', make.step({ grant: make.grant({ by: other }) }), OK);
    make.add('3', 'the ID of another over a captured request', make.step({ id: other.id }), ['BAD_GRANT'], {
      why: 'kid is a trusted key of the app named in the ID header',
    });
    make.add(
      '3',
      'a grant of another under this ID',
      make.step({ id: application.id, grant: make.grant({ by: other }) }),
      ['BAD_GRANT'],
    );
    make.tryGrant('iss of another', { claims: { iss: other.id } }, ['BAD_GRANT'], { why: 'iss equals the ID header' });
    make.tryGrant('iss of another, wrapped for it too', {
      claims: { iss: other.id },
      jwe: { header: { iss: other.id } },
    });
    make.tryGrant('iss in another case', { claims: { iss: application.id.toUpperCase() } });
    make.tryGrant('iss missing', { claims: { iss: undefined } });
    make.tryGrant('iss a list', { claims: { iss: [application.id] } });
    make.tryGrant('signed by another, with its kid', {
      key: keysOf(other, 'sig')[0],
      header: { kid: keysOf(other, 'sig')[0].kid },
    });
    make.tryGrant('signed by another, with our kid', { key: keysOf(other, 'sig')[0] });
    make.tryGrant('signed by a stranger, with its kid', {
      key: keysOf(stranger, 'sig')[0],
      header: { kid: keysOf(stranger, 'sig')[0].kid },
    });

    const sessionKey = random(32);
    const captured = make.jwe({ sessionKey });
    make.add(
      '3',
      'a captured wrapped key, signed by another',
      make.step({
        grant: make.grant({ by: other, sessionKey, claims: { cnf: { jwe: captured } } }),
      }),
      ['BAD_GRANT'],
      { why: "the JWE's header is as above with the same iss" },
    );
    make.tryGrant('a wrapped key for another', { jwe: { header: { iss: other.id } } });
    make.tryGrant('a wrapped key without iss', { jwe: { header: { iss: undefined } } });

    make.add('6', 'a stranger', make.step({ grant: make.grant({ by: stranger }) }), ['APP_UNKNOWN']);
    for (const [name, id] of Object.entries({
      'in capitals': application.id.toUpperCase(),
      'and a character more': `${application.id}x`,
      quoted: `"${application.id}"`,
      'twice with a comma': `${application.id}, ${application.id}`,
      'and a slash': `${application.id}/`,
      'of 129 characters': 'a'.repeat(129),
    }))
      make.add('1', `the ID ${name}`, make.step({ id }), ['APP_UNKNOWN'], { why: 'compared byte for byte' });

    const jti = newJti();
    const iv = random(12);
    const ours = make.grant({ claims: { jti } });
    const theirs = make.grant({ by: other, claims: { jti } });
    make.add(
      '3',
      'one jti in two applications',
      [
        make.step({ grant: ours, cert: make.cert({ grant: ours }) }),
        make.step({ grant: theirs, cert: make.cert({ grant: theirs }) }),
      ],
      OK,
      { why: 'kept under (application id, whole header value); (iss, jti)' },
    );
    const same = newJti();
    const [mine, yours] = [application, other].map((by) =>
      make.grant({ by, sessionKey: random(32), claims: { jti: same } }),
    );
    make.add(
      '4',
      'one jti and one IV in two applications',
      [
        make.step({ grant: mine, cert: make.cert({ grant: mine, iv }) }),
        make.step({ grant: yours, cert: make.cert({ grant: yours, iv }) }),
      ],
      OK,
      { why: 'The provider remembers (iss, jti, IV)' },
    );

    const second = make.grant();
    make.add(
      '4',
      'the assertion of another grant',
      make.step({ grant: second, cert: make.cert({ grant: shared }) }),
      ['BAD_MAGIC'],
      { why: "kid: the grant's jti" },
    );
    make.add(
      '4',
      'the assertion of another grant, with this kid',
      make.step({ grant: second, cert: make.cert({ grant: shared, header: { kid: second.jti } }) }),
      ['BAD_MAGIC'],
    );
    make.add(
      '4',
      'an assertion of this grant that names another',
      make.step({ grant: second, cert: make.cert({ grant: second, header: { kid: shared.jti } }) }),
      ['BAD_MAGIC'],
    );
    make.add(
      '4',
      'the assertion of another application',
      make.step({ cert: make.cert({ grant: make.grant({ by: other }) }) }),
      ['BAD_MAGIC'],
    );
    make.add('4', "a key of the attacker's choice", make.step({ cert: make.cert({ key: random(32) }) }), ['BAD_MAGIC']);
    make.add('4', 'a key of zeros', make.step({ cert: make.cert({ key: Buffer.alloc(32) }) }), ['BAD_MAGIC']);
  },

  replay(make) {
    const { other } = make;
    const once = make.cert();
    make.add('4', 'the same request again', [make.step({ cert: once }), make.step({ cert: once })], ['REPLAYED']);
    make.add(
      '4',
      'the same request a third time',
      (() => {
        const cert = make.cert();
        return [
          make.step({ cert }),
          { ...make.step({ cert }), expect: 'refused', codes: ['REPLAYED'] },
          make.step({ cert }),
        ];
      })(),
      ['REPLAYED'],
    );
    make.add(
      '4',
      'again with other header names and order',
      (() => {
        const cert = make.cert();
        return [
          make.step({ cert }),
          make.step({ cert, headers: (fields) => fields.map(([n, v]) => [n.toLowerCase(), v]).reverse() }),
        ];
      })(),
      ['REPLAYED'],
    );
    make.add(
      '4',
      'again to another address',
      (() => {
        const cert = make.cert();
        return [make.step({ cert }), make.step({ cert, target: `${make.path}/other` })];
      })(),
      ['BAD_SIGNATURE'],
      { why: 'section 6: method and URI before replay' },
    );
    make.add(
      '4',
      'one IV for two texts',
      (() => {
        const iv = random(12);
        return [
          make.step({ cert: make.cert({ iv }) }),
          make.step({ cert: make.cert({ iv, claims: { sub: 'barney' } }) }),
        ];
      })(),
      ['REPLAYED'],
      { why: 'The provider remembers (iss, jti, IV)' },
    );
    make.add(
      '4',
      'one IV under two grants',
      (() => {
        const iv = random(12);
        const [a, b] = [make.grant(), make.grant()];
        return [
          make.step({ grant: a, cert: make.cert({ grant: a, iv }) }),
          make.step({ grant: b, cert: make.cert({ grant: b, iv }) }),
        ];
      })(),
      OK,
      { why: 'The provider remembers (iss, jti, IV)' },
    );
    make.add('4', 'an IV of zeros', make.step({ cert: make.cert({ iv: Buffer.alloc(12) }) }), OK);
    make.add(
      '4',
      'a refused attempt before it',
      (() => {
        const cert = make.cert();
        return [
          { ...make.step({ cert, method: 'DELETE' }), expect: 'refused', codes: ['BAD_SIGNATURE'] },
          make.step({ cert }),
        ];
      })(),
      OK,
      { why: 'remembers ... after every check before it in section 6 has passed' },
    );
    make.add(
      '4',
      'again after wrong content',
      (() => {
        const cert = make.cert({ claims: { htm: 'POST', dig: digestOf(BODY) } });
        const step = (content) => make.step({ cert, method: 'POST', content });
        return [{ ...step(Buffer.from('x')), expect: 'refused', codes: ['BAD_DIGEST'] }, step(BODY)];
      })(),
      ['REPLAYED'],
      { why: 'section 6: replay before content' },
    );
    make.add(
      '4',
      'again with a changed tag',
      (() => {
        const cert = make.cert();
        return [make.step({ cert }), make.step({ cert: part(4, (t) => flip(t))(cert) })];
      })(),
      ['BAD_MAGIC'],
    );
    make.add(
      '4',
      'again without the user, as itself',
      (() => {
        const iv = random(12);
        return [
          make.step({ cert: make.cert({ iv }) }),
          make.step({ cert: make.cert({ iv, claims: { sub: undefined } }) }),
        ];
      })(),
      ['REPLAYED'],
      { needs: { allowSelf: true } },
    );

    const twice = (name, first, second, verdict, more) =>
      make.add(
        '3',
        name,
        [
          ...[first].flat().map((grant) => ({
            ...make.step({ grant: grant.grant ?? grant }),
            ...(grant.codes && { expect: 'refused', codes: grant.codes }),
          })),
          make.step({ grant: second }),
        ],
        verdict,
        more,
      );
    const kept = { why: 'A second, different grant with the (iss, jti) of one that this process keeps is refused' };
    const spelling = () => {
      const sessionKey = random(32);
      const jti = newJti();
      return { sessionKey, claims: { jti, cnf: { jwe: make.jwe({ sessionKey }) } } };
    };
    const jti = newJti();
    twice(
      'one jti, another session key',
      make.grant({ claims: { jti } }),
      make.grant({ claims: { jti } }),
      ['BAD_GRANT'],
      kept,
    );
    const signedTwice = spelling();
    twice('one grant, signed twice', make.grant(signedTwice), make.grant(signedTwice), ['BAD_GRANT'], kept);
    const reordered = spelling();
    twice(
      'one grant, members in another order',
      make.grant(reordered),
      make.grant({
        ...reordered,
        payload: (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
      }),
      ['BAD_GRANT'],
      kept,
    );
    const longer = spelling();
    twice(
      'one jti, a later exp',
      make.grant(longer),
      make.grant({ ...longer, claims: { ...longer.claims, exp: make.now + 1200 } }),
      ['BAD_GRANT'],
      kept,
    );
    const more = spelling();
    twice(
      'one grant, a member more',
      make.grant(more),
      make.grant({ ...more, payload: append('"x":1') }),
      ['BAD_GRANT'],
      kept,
    );
    const spared = make.grant();
    twice(
      'one grant, spare bits of its signature',
      spared,
      { ...spared, header: spareAnywhere(spared.header) },
      ['BAD_GRANT'],
      { why: 'base64url: canonical' },
    );
    const first = make.grant(spelling());
    twice(
      'the first grant after a second was refused',
      [first, { grant: make.grant({ claims: { jti: first.jti } }), codes: ['BAD_GRANT'] }],
      first,
      OK,
    );
    const forged = spelling();
    twice(
      'a jti that a forger used before',
      [{ grant: make.grant({ ...forged, key: keysOf(other, 'sig')[0] }), codes: ['BAD_GRANT'] }],
      make.grant(forged),
      OK,
      { why: 'of one that this process keeps: a bad signature is not kept' },
    );
    const broken = spelling();
    twice(
      'a jti whose wrapped key did not open before',
      [
        {
          grant: make.grant({
            ...broken,
            claims: { ...broken.claims, cnf: { jwe: make.jwe({ sessionKey: random(31) }) } },
          }),
          codes: ['BAD_GRANT'],
        },
      ],
      make.grant(broken),
      OK,
      { why: 'A verified grant may be kept' },
    );
    for (const [name, index, change] of [
      ['one bit of the signature', 2, (text) => flip(text)],
      ['a signature of its own', 2, () => random(256).toString('base64url')],
      ['a longer signature', 2, (text) => `${text}AAAA`],
      ['other claims', 1, (text) => raw.b64(Buffer.from(text, 'base64url').toString().replace('{', '{"x":1,'))],
      ['another header', 0, (text) => raw.b64(Buffer.from(text, 'base64url').toString().replace('{', '{"x":1,'))],
    ]) {
      const grant = make.grant();
      const changed = { ...grant, header: part(index, change)(grant.header) };
      twice(`a kept grant with ${name}`, grant, changed, ['BAD_GRANT'], {
        why: 'kept under (application id, whole header value)',
      });
    }
    const taken = make.grant();
    make.add(
      '3',
      'a kept grant under the ID of another',
      [make.step({ grant: taken }), make.step({ grant: taken, id: other.id })],
      ['BAD_GRANT'],
      {
        why: 'on every use the ID header equals iss',
      },
    );
    const again = make.grant();
    twice('one grant, used twice', again, again, OK);
    twice('two grants of one application at once', make.grant(), make.grant(), OK, {
      why: 'A consumer process makes its own grant',
    });
  },

  headers(make) {
    const H = HEADERS;
    const copy = (name) => (fields) => [...fields, fields.find(([n]) => n === name)];
    make.tryHeaders('names in small letters', (fields) => fields.map(([n, v]) => [n.toLowerCase(), v]), OK);
    make.tryHeaders(
      'names in capitals, in another order',
      (fields) => fields.map(([n, v]) => [n.toUpperCase(), v]).reverse(),
      OK,
    );
    make.tryHeaders('white space round the values', (fields) => fields.map(([n, v]) => [n, ` \t${v}\t `]), OK, {
      why: 'RFC 9110 section 5.5: it is no part of the value',
    });
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
    const none = {
      why: 'legacy.md section 2: Cert absent or blank: none of ours; version-4.md defines blank and does not say otherwise',
    };
    make.tryHeaders('Cert missing', drop(H.cert), 'none', none);
    make.tryHeaders('Cert empty', set(H.cert, ''), 'none', none);
    make.tryHeaders('Cert of spaces and tabs', set(H.cert, ' \t '), 'none', none);
    make.tryHeaders('none at all', () => [], 'none', none);

    const fitGrant = (target) =>
      fit(
        target,
        (text, pad) => make.grant({ text, payload: append(`"x":"${'x'.repeat(pad)}"`) }),
        (grant) => grant.header.length,
      );
    const fitCert = (target) =>
      fit(
        target,
        (text, pad) => make.cert({ text, payload: append(`"x":"${'x'.repeat(pad)}"`) }),
        (cert) => cert.length,
      );
    make.add('1', 'Key of 4,096 characters', make.step({ grant: fitGrant(4096) }), OK);
    make.add('1', 'Key of 4,097 characters', make.step({ grant: fitGrant(4097) }), ['SYSTEM'], {
      why: 'SYSTEM: sizes; section 6: header shape first',
    });
    make.add('1', 'Cert of 8,000 characters', make.step({ cert: fitCert(8000) }), OK);
    make.add('1', 'Cert of 8,001 characters', make.step({ cert: fitCert(8001) }), ['SYSTEM'], {
      why: 'SYSTEM: sizes; section 6: header shape first',
    });
    make.tryHeaders('Key of 4,097 letters', set(H.key, 'A'.repeat(4097)));
    make.tryHeaders('Cert of 8,001 letters', set(H.cert, 'A'.repeat(8001)));
    make.add(
      '6',
      'a stranger with a Key of 4,097 letters',
      make.step({ id: make.stranger.id, headers: set(H.key, 'A'.repeat(4097)) }),
      ['SYSTEM'],
      { why: 'section 6: header shape before the application' },
    );

    for (const [name, value] of Object.entries({
      'X-Seraph-Trusted-App-Magic': 'AAAA',
      'X-Seraph-Trusted-App-Signature': 'AAAA',
    })) {
      make.tryHeaders(`${name} beside`, also([name, value]), ['SYSTEM'], {
        why: 'together with a Magic or Signature header: refused',
      });
      make.tryHeaders(`an empty ${name} beside`, also([name, '']), ['SYSTEM'], {
        why: 'together with a Magic or Signature header: refused',
      });
    }
    for (const name of ['X-Trusted-App-ProviderID', 'X-Trusted-App-Cert', 'X-Trusted-App-Signature'])
      make.tryHeaders(`${name} beside`, also([name, 'AAAA']), ['SYSTEM'], {
        why: 'or with headers of the Warwick dialect: refused',
      });
    make.tryHeaders(
      'the whole Warwick dialect beside',
      also(
        ['X-Trusted-App-ProviderID', make.application.id],
        ['X-Trusted-App-Cert', 'AAAA'],
        ['X-Trusted-App-Signature', 'AAAA'],
      ),
    );
    for (const name of [
      'X-HTTP-Method',
      'X-HTTP-Method-Override',
      'X-Method-Override',
      'X-Original-URL',
      'X-Rewrite-URL',
    ]) {
      const value = name.endsWith('URL') ? '/admin' : 'DELETE';
      make.tryHeaders(`${name} beside`, also([name, value]), ['SYSTEM'], {
        why: 'X-HTTP-Method ... make a request refused',
      });
      make.tryHeaders(
        `${name} that changes nothing`,
        also([name.toLowerCase(), name.endsWith('URL') ? make.uri : make.method]),
        ['SYSTEM'],
        { why: 'make a request refused, whatever they say' },
      );
    }
    make.tryHeaders(
      'X-Forwarded-Host and others beside',
      also(['X-Forwarded-Host', 'evil.example'], ['X-Forwarded-Proto', 'https'], ['Forwarded', 'host=evil.example']),
      OK,
      { why: 'section 3: base is configured, and nothing of the request is consulted' },
    );
  },

  versions(make) {
    const set4 = (value) => set(HEADERS.version, value);
    const bad = (name, value, codes = ['BAD_PROTOCOL_VERSION'], more = {}) =>
      make.add('8', name, make.step({ headers: set4(value) }), codes, more);
    for (const value of [
      '3',
      '5',
      '0',
      '04',
      '4.0',
      '+4',
      '-4',
      'v4',
      '4, 4',
      '4;',
      '40',
      '0x4',
      '4e0',
      '٤',
      'warwick',
      'four',
    ])
      if (/^[\x20-\x7e]*$/.test(value))
        bad(`version ${value}`, value, undefined, {
          why: 'A request is judged under the version in its header and no other',
        });
    for (const value of ['1', '2'])
      bad(`version ${value}`, value, ['BAD_PROTOCOL_VERSION', 'MAGIC_NUMBER_NOT_FOUND'], {
        why: 'legacy.md section 2 looks for Magic before the version is judged; section 6 here does not',
      });
    bad('version empty', '');
    bad('version of spaces', '  ');
    make.add('8', 'version missing', make.step({ headers: drop(HEADERS.version) }), ['BAD_PROTOCOL_VERSION'], {
      why: 'absent is version 0, which is never accepted',
    });
    make.add('8', 'version with a space before it', make.step({ headers: set4(' 4') }), OK, {
      why: 'RFC 9110 section 5.5: white space round a field value is no part of it; HTTP cannot carry " 4"',
    });
    make.add(
      '6',
      'version 5 of a stranger',
      make.step({ id: make.stranger.id, headers: set4('5') }),
      ['APP_UNKNOWN', 'BAD_PROTOCOL_VERSION'],
      { why: 'section 6: version shape, then app known, then the version allowed for it' },
    );
    make.add(
      '8',
      'version 3 for a stranger',
      make.step({ id: make.stranger.id, headers: set4('3') }),
      ['APP_UNKNOWN'],
      { why: 'section 6: app known and version allowed for it' },
    );
  },

  order(make) {
    const H = HEADERS;
    const { now } = make;
    const after = (name, steps, codes, more = {}) =>
      make.add('6', name, steps, codes, { why: 'section 6: the first failure decides the code', ...more });
    const broken = () => make.grant({ token: part(2, (t) => flip(t)) });
    const rubbish = 'AAAA.AAAA';
    after(
      'mixed headers of a stranger',
      make.step({ id: make.stranger.id, headers: also(['X-Trusted-App-Cert', 'x']) }),
      ['SYSTEM'],
    );
    after(
      'a method override with a broken grant',
      make.step({ grant: broken(), extra: [['X-HTTP-Method-Override', 'PUT']] }),
      ['SYSTEM'],
    );
    after('a stranger with a broken grant', make.step({ id: make.stranger.id, grant: broken() }), ['APP_UNKNOWN']);
    after('another version with a broken grant', make.step({ grant: broken(), headers: set(H.version, '3') }), [
      'BAD_PROTOCOL_VERSION',
    ]);
    after('a broken grant and a broken assertion', make.step({ grant: broken(), cert: rubbish }), ['BAD_GRANT']);
    after(
      'an expired grant and a broken assertion',
      make.step({ grant: make.grant({ claims: { iat: now - 631, exp: now - 31 } }), cert: rubbish }),
      ['OLD_CERT'],
    );
    after(
      'a grant for another and a broken assertion',
      make.step({ grant: make.grant({ claims: { aud: 'other' } }), cert: rubbish }),
      ['BAD_AUDIENCE'],
    );
    after('a broken assertion to another address', make.step({ cert: rubbish, target: `${make.path}/other` }), [
      'BAD_MAGIC',
    ]);
    after(
      'too old and another method',
      make.step({ cert: make.cert({ claims: { iat: now - 91 } }), method: 'DELETE' }),
      ['OLD_CERT'],
    );
    after(
      'too early and another address',
      make.step({ cert: make.cert({ claims: { iat: now + 120 } }), target: `${make.path}/other` }),
      ['FUTURE_CERT'],
    );
    after(
      'another method and other content',
      make.step({
        cert: make.cert({ claims: { htm: 'POST', dig: digestOf(BODY) } }),
        method: 'PUT',
        content: Buffer.from('x'),
      }),
      ['BAD_SIGNATURE'],
    );
    after(
      'another Content-Type and other content',
      make.step({
        cert: make.cert({ claims: { htm: 'POST', dig: digestOf(BODY), cty: JSON_TYPE } }),
        method: 'POST',
        content: Buffer.from('x'),
        contentType: 'text/plain',
      }),
      ['BAD_SIGNATURE'],
    );
    after(
      'as itself and other content',
      make.step({
        cert: make.cert({ claims: { sub: undefined, htm: 'POST', dig: digestOf(BODY) } }),
        method: 'POST',
        content: Buffer.from('x'),
      }),
      ['PERMISSION_DENIED'],
      { needs: { allowSelf: false } },
    );
    const again = (name, first, second, codes, more) => {
      const iv = random(12);
      after(
        name,
        [
          make.step({ ...first, cert: make.cert({ iv, claims: first.claims }) }),
          make.step({ ...second, cert: make.cert({ iv, claims: second.claims }) }),
        ],
        codes,
        more,
      );
    };
    again('seen before and as itself', {}, { claims: { sub: undefined } }, ['PERMISSION_DENIED'], {
      needs: { allowSelf: false },
    });
    again('seen before and malformed', {}, { claims: { sub: '' } }, ['SYSTEM']);
    const post = { method: 'POST', content: BODY, claims: { htm: 'POST', dig: digestOf(BODY) } };
    again('seen before and other content', post, { ...post, content: Buffer.from('x') }, ['REPLAYED']);
    again('seen before and content above the limit', post, { ...post, content: Buffer.alloc(MIB + 1) }, ['REPLAYED'], {
      why: 'section 6: replay before content',
    });
    again('seen before and unbound content', post, { ...post, claims: { htm: 'POST', dig: 'none' } }, ['REPLAYED']);
  },

  conforming(make) {
    const reversed = (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()));
    const escaped = (text) => text.replace(/"([a-z])/g, (_, c) => `"\\u00${c.charCodeAt(0).toString(16)}`);
    make.tryGrant('grant: header in another order', { text: reversed }, OK);
    make.tryGrant('grant: claims in another order', { payload: reversed }, OK);
    make.tryGrant('grant: escaped characters in the header', { text: escaped }, OK, {
      why: 'member names compared after unescaping',
    });
    make.tryGrant('grant: escaped characters in the claims', { payload: escaped }, OK, {
      why: 'member names compared after unescaping',
    });
    make.tryGrant('grant: escaped slashes in base', { payload: (text) => text.replaceAll('/', '\\/') }, OK);
    make.tryGrant(
      'grant: unknown claims',
      { claims: { nbf: 1, scope: 'x', x: null, y: true, z: [1, { a: 'b' }] } },
      OK,
      { why: 'Payloads may hold unknown members, which are ignored' },
    );
    make.tryGrant('grant: unknown claims to depth 4', { payload: append(`"x":${nested(3)}`) }, OK, {
      why: 'depth at most 4',
    });
    make.tryGrant('grant: an unknown claim of the largest number', { payload: append('"x":253402300799,"y":0') }, OK);
    make.tryGrant('grant: a life of one second', { claims: { exp: make.now + 1 } }, OK, { why: 'exp + skew >= now' });
    make.tryGrant('grant: wrapped key, header in another order', { jwe: { text: reversed } }, OK);
    make.tryGrant('grant: wrapped key, escaped characters in the header', { jwe: { text: escaped } }, OK);
    const sessionKey = random(32);
    make.tryGrant(
      'grant: session key, members in another order',
      { sessionKey, jwe: { plaintext: `{"k":"${sessionKey.toString('base64url')}","kty":"oct"}` } },
      OK,
    );
    make.tryGrant(
      'grant: session key, escaped characters',
      { sessionKey, jwe: { plaintext: `{"\\u006bty":"o\\u0063t","\\u006b":"${sessionKey.toString('base64url')}"}` } },
      OK,
    );

    make.tryCert('assertion: header in another order', { text: reversed }, OK);
    make.tryCert('assertion: escaped characters in the header', { text: escaped }, OK);
    make.tryCert('assertion: claims in another order', { payload: reversed }, OK);
    make.tryCert('assertion: escaped characters in the claims', { payload: escaped }, OK);
    make.tryCert('assertion: an escaped user', { payload: replace('"fred"', '"\\u0066\\u0072\\u0065\\u0064"') }, OK);
    make.tryCert('assertion: escaped slashes in uri', { payload: (text) => text.replaceAll('/', '\\/') }, OK);
    make.tryCert(
      'assertion: unknown claims',
      { claims: { jti: 'x', exp: 1, aud: ['x'], x: null, y: false, z: { a: [1, 2] } } },
      OK,
      { why: 'Payloads may hold unknown members, which are ignored' },
    );
    make.tryCert('assertion: unknown claims to depth 4', { payload: append(`"x":${nested(3)}`) }, OK, {
      why: 'depth at most 4',
    });
    make.tryCert('assertion: white space in strings', { claims: { x: ' a b ' } }, OK, {
      why: 'no white space outside strings',
    });
    make.tryCert(
      'assertion: an escaped control character in an unknown claim',
      { payload: append('"x":"a\\u0000\\n"') },
      OK,
    );
    make.tryCert('assertion: an unknown claim named like Sub', { claims: { Sub: 'admin' } }, OK, {
      why: 'no case folding',
    });
    make.tryCert('assertion: __proto__ as a claim', { payload: append('"__proto__":{"sub":"admin"}') }, OK);

    for (const [name, user] of Object.entries({
      Cyrillic: 'жанна',
      Japanese: '山田太郎',
      'an astral character': '\u{1f600}fred',
      '255 letters': 'a'.repeat(255),
      '255 astral characters': '\u{1d4d0}'.repeat(255),
      'a space within': 'fred flintstone',
      'one letter': 'x',
      composed: 'Zo\u00eb',
      decomposed: 'Zoe\u0308',
      'a quotation mark and a backslash': 'a"b\\c',
      'an at sign': 'fred@example.com',
      markup: '<b>&amp;</b>',
      'the word null': 'null',
      digits: '007',
    }))
      make.tryCert(`user: ${name}`, { claims: { sub: user } }, { user });
    make.tryCert(
      'user: escaped as surrogates',
      { payload: replace('"fred"', '"\\ud83d\\ude00"') },
      { user: '\u{1f600}' },
    );
  },
};

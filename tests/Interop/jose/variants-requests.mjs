// The request as a whole: what is bound, and the order of checks.
// The clock stands first, so that it cannot run away while the others are sent.
import { HEADERS, digestOf } from './wire.mjs';
import { newAssertion } from './assertion.mjs';
import { newGrant } from './grant.mjs';
import { BODY, FIXED, JSON_TYPE, MIB, OK, also, flip, part, random, set } from './maker.mjs';

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
};

// Content: dig and cty, section 4.
import crypto from 'node:crypto';
import { digestOf } from './wire.mjs';
import { BODY, JSON_TYPE, MIB, OK, spareBase64 } from './maker.mjs';

export const contents = {
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
    const oneType = {
      why: 'a request with more than one Content-Type, or with one beyond printable ASCII, is BAD_SIGNATURE',
      serverMayRefuse: true,
    };
    make.tryContent('two Content-Types', { extra: [['Content-Type', 'text/html']] }, ['BAD_SIGNATURE'], oneType);
    make.tryContent('one Content-Type twice', { extra: [['Content-Type', JSON_TYPE]] }, ['BAD_SIGNATURE'], oneType);
    const types = [
      ['Content-Type', JSON_TYPE],
      ['Content-Type', 'text/html'],
    ];
    make.add('4', 'two Content-Types and no content', make.step({ extra: types }), ['BAD_SIGNATURE'], oneType);
    make.tryContent(
      'a Content-Type beyond ASCII, signed',
      { contentType: 'text/plain; x=\u00e9' },
      ['BAD_SIGNATURE'],
      oneType,
    );
    make.tryContent(
      'white space round Content-Type',
      { contentType: ` \t${JSON_TYPE} \t`, claims: { cty: JSON_TYPE } },
      OK,
      {
        why: 'outer spaces and tabs removed',
      },
    );
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
    make.add(
      '4',
      'unbound content that is not there',
      make.step({
        method: 'POST',
        cert: make.cert({ claims: { htm: 'POST', dig: 'none' } }),
        content: Buffer.alloc(0),
      }),
      ['BAD_DIGEST'],
      { needs: { allowUnboundContent: true }, why: 'a dig, none included, without an octet of content is BAD_DIGEST' },
    );
    make.add(
      '4',
      'unbound content that is not there, chunked',
      make.step({
        method: 'POST',
        cert: make.cert({ claims: { htm: 'POST', dig: 'none' } }),
        framing: 'chunked',
      }),
      ['BAD_DIGEST'],
      { needs: { allowUnboundContent: true }, why: 'a dig, none included, without an octet of content is BAD_DIGEST' },
    );
    make.tryContent(
      'unbound content, another Content-Type',
      { claims: { dig: 'none', cty: 'text/plain' } },
      ['BAD_SIGNATURE'],
      { why: 'cty: checked with method and URI' },
    );
  },
};

// The shape of the headers, sections 1 and 8.
import { HEADERS } from './wire.mjs';
import { OK, also, drop, escapeBy, fit, part, set } from './maker.mjs';

export const shapes = {
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
    const blank = { why: 'ID absent or blank is APP_ID_NOT_FOUND' };
    make.tryHeaders('ID missing', drop(H.id), openId, blank);
    make.tryHeaders('ID empty', set(H.id, ''), openId, blank);
    make.tryHeaders('ID of spaces', set(H.id, ' \t '), openId, blank);
    const none = { why: 'A request whose Cert is absent or blank is none of ours' };
    make.tryHeaders('Cert missing, and ID twice', (fields) => copy(H.id)(drop(H.cert)(fields)), ['SYSTEM'], {
      why: 'repeated or mixed headers are refused all the same',
    });
    make.tryHeaders(
      'Cert empty, and Warwick beside',
      (fields) => also(['X-Trusted-App-Cert', 'x'])(set(H.cert, '')(fields)),
      ['SYSTEM'],
      {
        why: 'repeated or mixed headers are refused all the same',
      },
    );
    make.tryHeaders('an unknown header of ours', also(['X-Seraph-Trusted-App-Other', 'x']), OK, {
      why: 'refused are repeated and mixed headers; a name that is ours is neither',
    });
    make.tryHeaders(
      'an unknown header of ours twice',
      also(['X-Seraph-Trusted-App-Other', 'x'], ['x-seraph-trusted-app-other', 'y']),
      ['SYSTEM'],
      {
        why: 'Ours = every name that begins with X-Seraph-Trusted-App- or X-Trusted-App-',
      },
    );
    make.tryHeaders('Cert missing', drop(H.cert), 'none', none);
    make.tryHeaders('Cert empty', set(H.cert, ''), 'none', none);
    make.tryHeaders('Cert of spaces and tabs', set(H.cert, ' \t '), 'none', none);
    make.tryHeaders('none at all', () => [], 'none', none);

    const fitGrant = (target) =>
      fit(
        target,
        (text, pad) => make.grant({ text, payload: escapeBy(pad), jwe: { text: escapeBy(400) } }),
        (grant) => grant.header.length,
      );
    const long = (pad) => `${make.path}?q=${'x'.repeat(pad)}`;
    const fitCert = (target) =>
      fit(
        target,
        (text, pad) => ({ cert: make.cert({ text, claims: { uri: long(pad) } }), target: long(pad) }),
        ({ cert }) => cert.length,
      );
    const sizes = { why: 'SYSTEM: sizes; section 6: header shape first' };
    make.add('1', 'Key of 8,000 characters', make.step({ grant: fitGrant(8000) }), OK);
    make.add('1', 'Key of 8,001 characters', make.step({ grant: fitGrant(8001) }), ['SYSTEM'], sizes);
    make.add('1', 'Cert of 8,000 characters', make.step(fitCert(8000)), OK);
    make.add('1', 'Cert of 8,001 characters', make.step(fitCert(8001)), ['SYSTEM'], sizes);
    make.tryHeaders('Key of 8,001 letters', set(H.key, 'A'.repeat(8001)));
    make.tryHeaders('Cert of 8,001 letters', set(H.cert, 'A'.repeat(8001)));
    make.add(
      '6',
      'a stranger with a Key of 8,001 letters',
      make.step({ id: make.stranger.id, headers: set(H.key, 'A'.repeat(8001)) }),
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
};

// Odd, and right all the same.
import { OK, random, replace } from './maker.mjs';

export const conformings = {
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
    make.tryCert('assertion: white space in strings', { claims: { scope: 'issues.read issues.write' } }, OK, {
      needs: { scopes: 'some' },
      why: 'no white space outside strings',
    });
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
      'ZERO WIDTH NON-JOINER within': 'می\u200cخواهم',
      'ZERO WIDTH JOINER within': '\u0915\u094d\u200d\u0937',
      'a NO-BREAK SPACE at its end': 'fred\u00a0',
    }))
      make.tryCert(`user: ${name}`, { claims: { sub: user } }, { user });
    make.tryCert(
      'user: escaped as surrogates',
      { payload: replace('"fred"', '"\\ud83d\\ude00"') },
      { user: '\u{1f600}' },
    );
  },
};

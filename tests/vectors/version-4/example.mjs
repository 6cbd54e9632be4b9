// Writes the worked example of docs/protocol.md anew: node example.mjs. RSA makes other bytes each time; the session key,
// the IVs, and so all that is derived of the grant's text, are fixed.
import fs from 'node:fs';
import { deriveKeys } from '../../Interop/jose/grant.mjs';
import { keysOf } from '../../Interop/jose/keys.mjs';
import { newProof, proofClaims } from '../../Interop/jose/proof.mjs';
import * as raw from '../../Interop/jose/raw.mjs';
import { sha256 } from '../../Interop/jose/strict.mjs';
import { digestOf, fieldsOf } from '../../Interop/jose/wire.mjs';

const NOW = 1795000001;
const PAGE = new URL('../../../docs/protocol.md', import.meta.url);
const read = (name) => JSON.parse(fs.readFileSync(new URL(`keys/${name}.json`, import.meta.url)));
const [wiki, tracker, certificate] = ['wiki.keys', 'tracker.keys', 'wiki-first.certificate'].map(read);
const [signing] = keysOf(wiki, 'sig');
const wrapping = tracker.keys.find(({ use }) => use === 'enc');

const sequence = (first, length) => Buffer.from(Array.from({ length }, (_, at) => first + at));
const sessionKey = sequence(0x00, 32);
const contentKey = sequence(0x40, 32);
const text = JSON.stringify;

// ---- the grant: dated back by 5 minutes, because proofs are demanded
const jwk = text({ kty: 'oct', k: raw.b64(sessionKey) });
const jweHeader = text({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: wrapping.kid, iss: wiki.id, cty: 'jwk+json' });
const jwe = raw.jweGcm({
  header: jweHeader,
  encryptedKey: raw.wrap['RSA-OAEP-256'](wrapping, contentKey),
  key: contentKey,
  iv: sequence(0x80, 12),
  plaintext: jwk,
});
const jti = raw.b64(sequence(0xf0, 16));
const grantHeader = text({ alg: 'PS256', kid: signing.kid, typ: 'trusted-app-grant+jwt' });
const grantClaims = { iss: wiki.id, aud: tracker.id, base: 'https://tracker.example/app', iat: NOW - 300, exp: NOW + 600, jti };
const grant = raw.jws({ header: grantHeader, payload: text({ ...grantClaims, cnf: { jwe } }), signer: raw.sign.PS256(signing) });
const keys = deriveKeys(sessionKey, grant);

// ---- two requests
const certHeader = text({ alg: 'dir', enc: 'A256GCM', kid: jti, typ: 'trusted-app-cert+jwt' });
const seal = (claims, iv) => raw.jweGcm({ header: certHeader, key: keys.request, iv, plaintext: claims });
const content = '{"title":"Tëst"}';
const uri = '/app/rest/api/issues?project=7';
const ivs = [sequence(0xa0, 12), sequence(0xb0, 12)];
const claims = [
  text({
    sub: 'fréd',
    iat: NOW,
    htm: 'POST',
    uri,
    dig: digestOf(content),
    cty: 'application/json',
    rsp: true,
    act: { sub: wiki.id, act: { sub: 'desk:1' } },
    scope: 'issues.write',
    hdr: { 'idempotency-key': '7c4a' },
  }),
  text({ sub: 'fréd', iat: NOW, htm: 'GET', uri, rsp: true }),
];
const certs = claims.map((one, at) => seal(one, ivs[at]));

// ---- two responses: to the first request, and to the same again
const made = '{"id":7}';
const error = 'REPLAYED;\tThe request, or a part of it, was used before;\t[]';
const proofOf = (response) => {
  const proven = proofClaims({ iat: NOW, req: raw.b64(ivs[0]), ...response });
  return [text(proven), newProof({ jti, keys }, proven)];
};
const fields = fieldsOf([
  ['Content-Type', 'application/json'],
  ['Location', '/app/rest/api/issues/7'],
]);
const [provenClaims, proof] = proofOf({ status: 201, fields, dig: digestOf(made) });
const [refusalClaims, refusal] = proofOf({ status: 401, fields: fieldsOf([]), err: error });
const proofHeader = text({ alg: 'HS256', kid: jti, typ: 'trusted-app-response+jwt' });

const own = ['X-Seraph-Trusted-App-ID: wiki:8731', 'X-Seraph-Trusted-App-Version: 4'].join('\n');
const ring = ({ warning, keys: list, ...rest }) =>
  `${text(rest).slice(0, -1)},"keys":[\n${list.map((key) => text(key)).join(',\n')}]}`;
const fence = (language, body) => `\`\`\`${language}\n${body}\n\`\`\``;
const decoded = (part) => Buffer.from(part, 'base64url').toString();
const hex = (bytes) => `\`${bytes.toString('hex')}\``;

const section = `## Version 4: a worked example

The wiki posts, on behalf of fréd, to \`https://tracker.example/app\`, because the application desk:1 asked it to, and
demands a proof of the response. The keys are throw-away keys of 2,048 bits (those of \`tests/vectors/version-4/keys\`).
The session key and the IVs are fixed, so everything after the grant can be computed again, byte for byte. A test does so,
and verifies the example at ${NOW}, in whole seconds since 1970.

The wiki's certificate:

${fence('json', text(certificate))}

The protected header of its signature, and its payload:

${fence('text', `${decoded(certificate.signatures[0].protected)}\n${decoded(certificate.payload)}`)}

The tracker's keys, as in its key file (private keys, for this example only: never use them):

${fence('json', ring(tracker))}

**The request.** Its content is the ${Buffer.byteLength(content)} bytes \`${content}\` in UTF-8:

${fence(
  'http',
  `POST ${uri} HTTP/1.1
Host: tracker.example
Accept-Encoding: identity
Content-Type: application/json
Content-Length: ${Buffer.byteLength(content)}
Idempotency-Key: 7c4a
${own}
X-Seraph-Trusted-App-Key: ${grant}
X-Seraph-Trusted-App-Cert: ${certs[0]}`,
)}

Key, decoded: protected header, claims (\`cnf.jwe\` shortened here), and the protected header of \`cnf.jwe\`:

${fence('text', [grantHeader, text({ ...grantClaims, cnf: { jwe: `${jwe.slice(0, 40)}...` } }), jweHeader].join('\n'))}

| | |
|---|---|
| content encryption key in \`cnf.jwe\`, opened with the tracker's \`enc\` key | ${hex(contentKey)} |
| its IV | ${hex(sequence(0x80, 12))} |
| plaintext of \`cnf.jwe\`: the session key | \`${jwk}\` |
| the session key, hexadecimal as all below | ${hex(sessionKey)} |
| salt: SHA-256 of the ASCII text of Key | ${hex(sha256(grant))} |
| request key: HKDF with the info \`trusted-app-cert+jwt\` | ${hex(keys.request)} |
| response key: HKDF with the info \`trusted-app-response+jwt\` | ${hex(keys.response)} |

Cert, decoded: protected header, and the plaintext under the request key with the IV ${hex(ivs[0])}:

${fence('text', `${certHeader}\n${claims[0]}`)}

**The response.** Its content is the ${made.length} bytes \`${made}\`:

${fence(
  'http',
  `HTTP/1.1 201 Created
Content-Type: application/json
Content-Length: ${made.length}
Location: /app/rest/api/issues/7
X-Seraph-Trusted-App-Status: OK
X-Seraph-Trusted-App-Proof: ${proof}
Cache-Control: no-store, private, no-transform`,
)}

The proof, decoded: protected header and payload. Its signature is HMAC-SHA-256 under the response key:

${fence('text', `${proofHeader}\n${provenClaims}`)}

**The next request** leaves Key out, because its method is idempotent, it has no content, and a proven response under this
grant said OK:

${fence('http', `GET ${uri} HTTP/1.1\nHost: tracker.example\nAccept-Encoding: identity\n${own}\nX-Seraph-Trusted-App-Cert: ${certs[1]}`)}

The plaintext of its Cert, under the same request key with the IV ${hex(ivs[1])}:

${fence('text', claims[1])}

**The first request sent again** gets this response, without content, and the payload of its proof is:

${fence(
  'http',
  `HTTP/1.1 401 Unauthorized
X-Seraph-Trusted-App-Status: ERROR
X-Seraph-Trusted-App-Error: ${error}
X-Seraph-Trusted-App-Proof: ${refusal}
WWW-Authenticate: TrustedApp error="REPLAYED"
Cache-Control: no-store, private, no-transform`,
)}

${fence('text', refusalClaims)}

`;

const page = fs.readFileSync(PAGE, 'utf8');
const start = page.indexOf('## Version 4: a worked example');
fs.writeFileSync(PAGE, page.slice(0, start) + section + page.slice(page.indexOf('\n## ', start + 1) + 1));

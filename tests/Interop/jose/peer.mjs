// node peer.mjs COMMAND: one JSON object on stdin, one JSON value on stdout; a mistake of the caller ends with 2.
import {
  HEADERS,
  certificate,
  claimsOf,
  keysOf,
  newApplication,
  newAssertion,
  newGrant,
  now,
  readCertificate,
} from './version4.mjs';
import { Provider } from './provider.mjs';
import { certificates } from './certificates.mjs';
import { variants } from './variants.mjs';

const bytes = (base64) => (base64 === undefined || base64 === null ? undefined : Buffer.from(base64, 'base64'));

async function pinned(document, at) {
  const read = await readCertificate(document, at);
  if (read.problems.length) throw new Error(`certificate: ${read.problems.join('; ')}`);
  return read;
}

const commands = {
  async 'new-application'(question) {
    const application = await newApplication(question);
    return { ...application, certificate: await certificate(application) };
  },

  certificate: ({ application, iat }) => certificate(application, { iat }),

  async headers({
    application,
    provider,
    base,
    user,
    method,
    uri,
    content,
    contentType,
    now: at = now(),
    grant: given,
  }) {
    const grant = given ?? (await newGrant(application, await pinned(provider, at), base, { iat: at }));
    const cert = await newAssertion(
      grant,
      claimsOf({ user, method, uri, content: bytes(content), contentType, iat: at }),
    );
    return {
      headers: {
        [HEADERS.id]: application.id,
        [HEADERS.version]: '4',
        [HEADERS.key]: grant.header,
        [HEADERS.cert]: cert,
      },
      grant,
    };
  },

  async open({ provider, consumer, headers, request, now: at = now(), ...settings }) {
    const trust = await readCertificate(consumer, at);
    if (trust.problems.length) return { accepted: false, code: null, why: `certificate: ${trust.problems.join('; ')}` };
    const list = Array.isArray(headers)
      ? headers
      : Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
    if (request.contentType !== undefined && request.contentType !== null)
      list.push(['Content-Type', request.contentType]);
    const half = new Provider({ ...settings, ...provider, keys: keysOf(provider), trusts: [trust] });
    const { accepted, user, code, why } = await half.open(
      { method: request.method, target: request.uri, headers: list, content: bytes(request.content) },
      at,
    );
    return accepted ? { accepted, user } : { accepted, code, why };
  },

  async 'read-certificate'({ certificate: document, now: at }) {
    const { id, name, iat, versions, kids, fingerprints, problems } = await readCertificate(document, at ?? now());
    return { id, name, iat, versions, kids, fingerprints, problems };
  },

  variants: (question) => variants(question),

  'certificate-variants': (question) => certificates(question),
};

async function main() {
  const command = commands[process.argv[2]];
  if (!command) throw new Error(`commands: ${Object.keys(commands).join(', ')}`);
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  return command(JSON.parse(text || '{}'));
}

try {
  process.stdout.write(`${JSON.stringify(await main())}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
  process.exitCode = 2;
}

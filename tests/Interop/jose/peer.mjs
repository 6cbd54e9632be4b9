// node peer.mjs COMMAND: one JSON object on stdin, one JSON value on stdout; a mistake of the caller ends with 2.
import { claimsOf, newAssertion } from './assertion.mjs';
import { certificate, readCertificate } from './certificate.mjs';
import { Consumer } from './consumer.mjs';
import { newGrant } from './grant.mjs';
import { keysOf, newApplication } from './keys.mjs';
import { judgeProof } from './proof.mjs';
import { Provider } from './provider.mjs';
import { SPOILT } from './site.mjs';
import { certificates } from './variants-certificates.mjs';
import { proofs } from './variants-proofs.mjs';
import { REQUIRED_HEADERS, SETTINGS, variants } from './variants.mjs';
import { HEADERS, now } from './wire.mjs';

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

  async headers({ application, provider, base, content, now: at = now(), grant: given, name = false, ...request }) {
    const grant = given ?? (await newGrant(application, await pinned(provider, at), base, { iat: at }));
    const cert = await newAssertion(grant, claimsOf({ ...request, content: bytes(content), iat: at }));
    return {
      headers: {
        [HEADERS.id]: application.id,
        [HEADERS.version]: '4',
        ...(!name && { [HEADERS.key]: grant.header }),
        [HEADERS.cert]: cert,
      },
      grant,
    };
  },

  async send({ application, provider, requests, ...settings }) {
    const consumer = new Consumer({ application, provider: await pinned(provider, now()), ...settings });
    const answers = [];
    for (const request of requests)
      try {
        const sent = await consumer.send({ ...request, content: bytes(request.content) });
        const { status, fields, content, code, proof, attempts } = sent;
        const headers = Object.fromEntries([...fields].map(([name, values]) => [name, values.join(', ')]));
        answers.push({ status, headers, content: content.toString('base64'), code, proof, attempts });
      } catch (error) {
        answers.push({ unproven: error.message, attempts: error.attempts });
      }
    return answers;
  },

  async open({ provider, consumer, headers, request, now: at = now(), skew, limit, requiredHeaders, ...conditions }) {
    const trust = await readCertificate(consumer, at);
    if (trust.problems.length) return { accepted: false, code: null, why: `certificate: ${trust.problems.join('; ')}` };
    const list = Array.isArray(headers)
      ? headers
      : Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
    if (request.contentType !== undefined && request.contentType !== null)
      list.push(['Content-Type', request.contentType]);
    const half = new Provider({
      ...{ skew, limit, requiredHeaders },
      ...provider,
      keys: keysOf(provider),
      trusts: [{ ...trust, ...conditions }],
    });
    const { accepted, user, actors, scopes, code, why } = await half.open(
      { method: request.method, target: request.uri, headers: list, content: bytes(request.content) },
      at,
    );
    return accepted ? { accepted, user, actors, scopes } : { accepted, code, why };
  },

  async 'read-certificate'({ certificate: document, now: at }) {
    const { id, name, iat, versions, kids, fingerprints, problems } = await readCertificate(document, at ?? now());
    return { id, name, iat, versions, kids, fingerprints, problems };
  },

  variants: (question) => variants(question),

  settings: () => ({ settings: SETTINGS, requiredHeaders: REQUIRED_HEADERS }),

  spoilt: () => Object.keys(SPOILT),

  proofs: (question) => proofs(question),

  'check-proof': (question) => judgeProof(question),

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

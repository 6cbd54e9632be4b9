// A foreign peer for versions 1, 2, 3 and the Warwick dialect: plain Node.js, no packages.
//   node peer.mjs keygen [--bits 2048]
//   node peer.mjs issue | verify | send  < JSON object (send: or a list of them)
//   node peer.mjs mutations
// One JSON value on stdout; exit code 2 and {"failed": text} when the question itself is unusable.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { issue, issuingProblem, loadPrivate, verify } from './legacy.mjs';
import { list } from './mutations.mjs';
import { send } from './send.mjs';

const input = () => JSON.parse(fs.readFileSync(0, 'utf8'));

/** The JSON object with its key and secret (hex, to repeat a Key of version 1 or 2) made ready. */
function options({ privateKey, secret, ...rest }) {
  return {
    ...rest,
    ...(rest.version !== undefined && { version: `${rest.version}` }),
    ...(privateKey !== undefined && { privateKey: loadPrivate(privateKey) }),
    ...(secret !== undefined && { secret: Buffer.from(secret, 'hex') }),
  };
}

const commands = {
  keygen(args) {
    const bits = args[0] === '--bits' ? Number(args[1]) : 2048;
    const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: bits });
    return {
      publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    };
  },
  issue() {
    const o = options(input());
    const problem = issuingProblem(o);
    if (problem) throw new Error(problem);
    return issue(o);
  },
  verify() {
    const { accepted, user, code, why } = verify(options(input()));
    return { accepted, user, code, why };
  },
  /** One request, or a list of them one after the other. */
  async send() {
    const question = input();
    if (!Array.isArray(question)) return send(options(question));
    const answers = [];
    for (const one of question) answers.push(await send(options(one)));
    return answers;
  },
  mutations: () => list(),
};

const [command, ...args] = process.argv.slice(2);
try {
  if (!Object.hasOwn(commands, command ?? '')) throw new Error(`commands: ${Object.keys(commands).join(', ')}`);
  console.log(JSON.stringify(await commands[command](args)));
} catch (e) {
  console.log(JSON.stringify({ failed: e.message }));
  process.exitCode = 2;
}

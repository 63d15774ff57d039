// Takes messages with node-hl7-server and prints a line 'message' with ORC-2.1, ORC-1 and MSH-10 of each: PORT [trouble, see hl7-trouble.cjs]
import { meets } from './hl7-trouble.cjs';
import { Server } from 'node-hl7-server';

// The library hands over all that has come on a connection once more with each message, and so answers it again: only the last one is new.
const rounds = new WeakMap();
const isNew = (socket) => {
  const { messages, place } = rounds.get(socket) ?? { messages: 1, place: 1 };
  const isLast = place === messages;
  rounds.set(socket, isLast ? { messages: messages + 1, place: 1 } : { messages, place: place + 1 });
  return isLast;
};

const inbound = new Server({ bindAddress: '127.0.0.1' }).createInbound({ port: Number(process.argv[2]) }, async (request, response) => {
  const message = request.getMessage();
  const [order, control, id] = ['ORC.2.1', 'ORC.1', 'MSH.10'].map((path) => `${message.get(path)}`);
  if (isNew(response._socket)) {
    console.log(['message', order, control, id].join(' '));
    if (meets(order, id, response._socket)) return;
  }
  await response.sendResponse('AA');
});
inbound.on('listen', () => console.log('listening'));
inbound.on('client.error', () => {});

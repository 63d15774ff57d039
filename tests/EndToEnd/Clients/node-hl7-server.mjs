// Takes messages with node-hl7-server and prints a line 'message' with ORC-2.1, ORC-1 and MSH-10 of each: PORT
import { Server } from 'node-hl7-server';

const inbound = new Server({ bindAddress: '127.0.0.1' }).createInbound({ port: Number(process.argv[2]) }, async (request, response) => {
  const message = request.getMessage();
  console.log(['message', message.get('ORC.2.1'), message.get('ORC.1'), message.get('MSH.10')].join(' '));
  await response.sendResponse('AA');
});
inbound.on('listen', () => console.log('listening'));

// Sends one message with node-hl7-client and prints the answer: HOST PORT FILE
import { readFileSync } from 'node:fs';
import { Client, Message } from 'node-hl7-client';

const [host, port, file] = process.argv.slice(2);
const connection = new Client({ host }).createConnection({ port: Number(port), waitAck: true }, async (response) => {
  process.stdout.write(response.getMessage().toString());
  await connection.close();
  process.exit(0);
});
await connection.sendMessage(new Message({ text: readFileSync(file, 'utf8') }));

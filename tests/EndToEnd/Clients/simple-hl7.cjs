// Sends one message with simple-hl7 and prints the answer: HOST PORT FILE
const { readFileSync } = require('node:fs');
const hl7 = require('simple-hl7');

const [host, port, file] = process.argv.slice(2);
const message = new hl7.Parser({ segmentSeperator: '\r' }).parse(readFileSync(file, 'utf8'));
hl7.Server.createTcpClient(host, Number(port)).send(message, (error, answer) => {
  if (error) throw error;
  process.stdout.write(answer.toString());
});

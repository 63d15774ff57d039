// Takes messages with simple-hl7 and prints a line 'message' with ORC-2.1, ORC-1 and MSH-10 of each: PORT [trouble, see hl7-trouble.cjs]
const { meets } = require('./hl7-trouble.cjs');
const hl7 = require('simple-hl7');

const server = hl7.tcp();
server.use((request, response, next) => {
  const segment = request.msg.getSegment('ORC');
  const [order, control, id] = [segment.getComponent(2, 1), segment.getField(1), request.msg.header.getField(8)].map(String);
  console.log(['message', order, control, id].join(' '));
  if (!meets(order, id, response.socket)) next();
});
server.use((request, response) => response.end());
server.start(Number(process.argv[2]));
console.log('listening');

// Takes messages with simple-hl7 and prints a line 'message' with ORC-2.1, ORC-1 and MSH-10 of each: PORT
const hl7 = require('simple-hl7');

const server = hl7.tcp();
server.use((request, response, next) => {
  const order = request.msg.getSegment('ORC');
  console.log(['message', order.getComponent(2, 1), order.getField(1), request.msg.header.getField(8)].join(' '));
  next();
});
server.use((request, response) => response.end());
server.start(Number(process.argv[2]));
console.log('listening');

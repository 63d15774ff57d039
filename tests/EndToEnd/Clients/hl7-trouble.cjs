// What a receiver does by the words after its port: 'single' = it takes one connection at a time and ends each further one; 'silent=ORDER' = what
// is about that order is never answered; 'trouble=SEED' = every fifth message is not answered, answered with nonsense or with AR, or ends its
// connection before or within the answer, by chance.
const net = require('net');

const words = new Map(process.argv.slice(3).map((word) => word.split('=')));
let seed = Number(words.get('trouble'));

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function limited(...where) {
  if (words.has('single')) this.maxConnections = 1;
  this.on('drop', () => console.log('dropped'));
  return listen.apply(this, where);
};

const chance = (count) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * count);
};

/** Whether a message is not to be answered as usual; what is done in place of it is done. */
exports.meets = (order, id, socket) => {
  if (words.get('silent') === order) return true;
  if (!words.has('trouble') || chance(5) > 0) return false;
  const header = `MSH|^~\\&|HIS||CLOUDPACS||20260101||ACK|A${id}|P|2.5.1\r`;
  [
    () => {},
    () => socket.write('\vthis is no HL7\x1c\r'),
    () => socket.write(`\v${header}MSA|AR|${id}\rERR|||207^busy^HL70357|E\r\x1c\r`),
    () => socket.destroy(),
    () => socket.end(`\v${header}MSA|A`),
  ][chance(5)]();
  return true;
};

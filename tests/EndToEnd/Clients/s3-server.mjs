// A server with the S3 protocol (fauxqs). Prints its port; ends when its input does.
import { startFauxqs } from "fauxqs";

const server = await startFauxqs({ port: 0, logger: false, init: { buckets: process.argv.slice(2) } });
console.log(server.port);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

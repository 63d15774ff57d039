using CloudPacs.Store.Patients;
using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>What a search of studies reads besides, where it is asked for what others than the images know.</summary>
internal static class KnownOfStudies
{
    /// <summary>The study is s.</summary>
    public const string Columns =
        """
        , s.patient_id_value, s.patient_id_authority, p.id, p.attributes, s.flags,
            ARRAY(SELECT i.value FROM patient_identifier i WHERE i.patient_id = p.id AND i.kind < 3 ORDER BY i.position),
            ARRAY(SELECT i.authority FROM patient_identifier i WHERE i.patient_id = p.id AND i.kind < 3 ORDER BY i.position),
            ARRAY(SELECT i.kind FROM patient_identifier i WHERE i.patient_id = p.id AND i.kind < 3 ORDER BY i.position),
            ARRAY(SELECT r.accession_value FROM study_link l JOIN requested_procedure r ON r.id = l.procedure_id
                WHERE l.study_id = s.id AND l.state = 0 ORDER BY r.id),
            ARRAY(SELECT r.accession_authority FROM study_link l JOIN requested_procedure r ON r.id = l.procedure_id
                WHERE l.study_id = s.id AND l.state = 0 ORDER BY r.id),
            greatest(s.received_at,
                (SELECT max(l.decided_at) FROM study_link l WHERE l.study_id = s.id AND l.state = 0),
                (SELECT max(m.at) FROM merge_log m WHERE m.surviving_patient_id = p.id))
        """;

    public const string Join = " LEFT JOIN patient p ON p.id = s.patient_id";

    /// <param name="reader">At a row.</param>
    /// <param name="first">The first of the columns.</param>
    public static KnownOfStudy Read(NpgsqlDataReader reader, int first)
    {
        var kinds = reader.GetFieldValue<short[]>(first + 7);
        return new KnownOfStudy
        {
            ShownPatientId = reader.Identifier(first),
            PatientId = reader.Uuid(first + 2),
            Patient = reader.Attributes(first + 3),
            Flags = reader.GetFieldValue<string[]>(first + 4),
            Identifiers = [.. Identifiers(first + 5).Select((one, i) => new PatientIdentifier(one, kinds[i] == 1, kinds[i] == 2))],
            AccessionNumbers = [.. Identifiers(first + 8)],
            Since = reader.GetFieldValue<DateTimeOffset>(first + 10),
        };

        IEnumerable<Identifier> Identifiers(int column) => reader.GetFieldValue<string[]>(column)
            .Zip(reader.GetFieldValue<string[]>(column + 1), static (value, authority) => IdentifierText.Parse(value, authority));
    }
}

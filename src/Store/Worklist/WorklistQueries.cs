using System.Runtime.CompilerServices;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Saving;
using Npgsql;

namespace CloudPacs.Store.Worklist;

/// <summary>Reads worklist entries for the index in memory.</summary>
public sealed class WorklistQueries(NpgsqlDataSource database)
{
    private const string Select =
        """
        SELECT s.id, s.step_id, s.state, s.state_before_hold, s.modality, s.station_aes, s.start, s.flags, s.attributes,
               r.id, r.accession_value, r.accession_authority, r.requested_procedure_id, r.study_instance_uid, r.attributes,
               o.id, o.sender, o.placer_value, o.placer_authority, o.filler_value, o.filler_authority, o.visit_id, o.is_parent,
                   o.entered_in_error,
               p.id, p.active, p.merged_into, p.attributes,
               ARRAY(SELECT i.kind || E'\x1f' || i.value || E'\x1f' || i.authority FROM patient_identifier i
                     WHERE i.patient_id = p.id AND i.kind < 3 ORDER BY i.position),
               v.id, v.patient_id, v.number_value, v.number_authority, v.status, v.patient_class, v.attributes, o.facility
        FROM scheduled_procedure_step s
        JOIN requested_procedure r ON r.id = s.procedure_id
        JOIN imaging_order o ON o.id = r.order_id
        JOIN patient p ON p.id = o.patient_id
        LEFT JOIN visit v ON v.id = o.visit_id
        """;

    /// <summary>All open entries, one by one as the database sends them: memory does not grow with their number.</summary>
    public IAsyncEnumerable<StoredEntry> StreamOpenAsync(CancellationToken cancellationToken) =>
        StreamAsync(database.CreateCommand($"{Select} WHERE s.state < 7"), cancellationToken);

    /// <summary>The entries that a notice of another node names, in whatever state they are now.</summary>
    public IAsyncEnumerable<StoredEntry> StreamAsync(ChangeNotice notice, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(
            $"""
            {Select} WHERE s.id = ANY ($1)
            UNION ALL
            {Select} WHERE s.state < 7 AND NOT s.id = ANY ($1) AND (o.patient_id = ANY ($2) OR o.visit_id = ANY ($3))
            """);
        command.Parameters.AddRange(new[] { Column.Uuids(notice.Steps), Column.Uuids(notice.Patients), Column.Uuids(notice.Visits) });
        return StreamAsync(command, cancellationToken);
    }

    /// <summary>
    /// Steps that are still to be done (scheduled, arrived, ready, on hold, draft) although they were to start before that time, oldest
    /// first.
    /// </summary>
    /// <param name="startedBefore">When those were to start that are over.</param>
    /// <param name="inpatientsStartedBefore">The same of inpatients (PV1-2 <c>I</c>).</param>
    /// <param name="limit">Most that are listed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<OverdueStep>> ListOverdueAsync(
        DateTimeOffset startedBefore, DateTimeOffset inpatientsStartedBefore, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT s.id, r.accession_value, r.study_instance_uid
            FROM scheduled_procedure_step s JOIN requested_procedure r ON r.id = s.procedure_id
                JOIN imaging_order o ON o.id = r.order_id LEFT JOIN visit v ON v.id = o.visit_id
            WHERE s.state < 7 AND s.state NOT IN (4, 5) AND s.start < $1 AND (v.patient_class IS DISTINCT FROM 'I' OR s.start < $2)
            ORDER BY s.start LIMIT $3
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = startedBefore.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = inpatientsStartedBefore.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var steps = new List<OverdueStep>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            steps.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2)));
        return steps;
    }

    private static async IAsyncEnumerable<StoredEntry> StreamAsync(
        NpgsqlCommand command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using (command)
        {
            command.CommandTimeout = 0; // A million entries take a while; the token ends it.
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) yield return Read(reader);
        }
    }

    private static StoredEntry Read(NpgsqlDataReader reader)
    {
        var patient = new PatientRow(reader.GetGuid(24))
        {
            Active = reader.GetBoolean(25), MergedInto = reader.Uuid(26), Attributes = reader.Attributes(27),
        };
        foreach (var identifier in reader.GetFieldValue<string[]>(28))
        {
            var parts = identifier.Split(RoundTrip.Separator);
            patient.Identifiers.Add(new PatientIdentifier(IdentifierText.Parse(parts[1], parts[2]), parts[0] == "1", parts[0] == "2"));
        }

        var order = new OrderRow(reader.GetGuid(15))
        {
            PatientId = patient.Id,
            Sender = reader.GetString(16),
            PlacerNumber = reader.Identifier(17),
            FillerNumber = reader.Identifier(19),
            VisitId = reader.Uuid(21),
            IsParent = reader.GetBoolean(22),
            EnteredInError = reader.GetBoolean(23),
            Facility = reader.Text(36),
        };
        var procedure = new ProcedureRow(reader.GetGuid(9))
        {
            OrderId = order.Id,
            AccessionNumber = reader.Identifier(10)!.Value,
            RequestedProcedureId = reader.GetString(12),
            StudyInstanceUid = reader.GetString(13),
            Attributes = reader.Attributes(14),
        };
        var step = new StepRow(reader.GetGuid(0))
        {
            ProcedureId = procedure.Id,
            StepId = reader.GetString(1),
            StepState = (StepState)reader.GetInt16(2),
            StateBeforeHold = reader.IsDBNull(3) ? null : (StepState)reader.GetInt16(3),
            Modality = reader.GetString(4),
            StationAeTitles = reader.GetFieldValue<string[]>(5),
            Start = reader.Instant(6)!.Value,
            Attributes = reader.Attributes(8),
        };
        step.Flags.UnionWith(reader.GetFieldValue<string[]>(7));
        var visit = reader.IsDBNull(29) ? null : new VisitRow(reader.GetGuid(29))
        {
            PatientId = reader.GetGuid(30),
            Number = reader.Identifier(31)!.Value,
            Status = reader.GetString(33),
            PatientClass = reader.Text(34),
            Attributes = reader.Attributes(35),
        };
        return new StoredEntry(step, procedure, order, patient, visit);
    }
}
